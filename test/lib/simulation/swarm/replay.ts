/** `npx tsx test/lib/simulation/swarm/replay.ts <plan.json or seed>`: runs one plan of the swarm. */
import { readFileSync } from 'node:fs'
import { generatePlan } from './generate-plan'
import type { Plan } from './plan'
import { runPlan } from './run-plan'

const [what = '1'] = process.argv.slice(2)
const plan = /^\d+$/.test(what)
  ? generatePlan(Number(what))
  : (JSON.parse(readFileSync(what, 'utf8')) as Plan)
console.log(runPlan(plan))
