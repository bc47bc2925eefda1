/**
 * Runs plans one after the other. A plan that fails is made small and written to a file, which
 * `npx tsx test/lib/simulation/swarm/replay.ts <file>` runs again.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokenInvariant } from '../../../../lib/src/simulation/invariants/broken-invariant'
import { generatePlan } from './generate-plan'
import type { Plan } from './plan'
import { runPlan, type RunResult } from './run-plan'
import { shrinkPlan } from './shrink-plan'

const failedPlans = join('.cache', 'failed-plans')

export interface SwarmTotals {
  plans: number
  acknowledged: number
  committedTransactions: number
}

/** Seeds `first` to `last`. @throws naming the plan's file and what it breaks */
export function runSwarm(first: number, last: number): SwarmTotals {
  const totals = { plans: 0, acknowledged: 0, committedTransactions: 0 }
  for (let seed = first; seed <= last; seed++) {
    const { acknowledged, committedTransactions } = runOrShrink(generatePlan(seed))
    totals.plans += 1
    totals.acknowledged += acknowledged
    totals.committedTransactions += committedTransactions
  }
  return totals
}

/** What a plan breaks, without what differs from run to run. */
export function failureOf(plan: Plan): string | undefined {
  try {
    runPlan(plan)
    return undefined
  } catch (error) {
    if (error instanceof BrokenInvariant) return error.invariant
    const [line = ''] = String(error).split('\n')
    return line.replace(/\d+/g, 'n')
  }
}

function runOrShrink(plan: Plan): RunResult {
  try {
    return runPlan(plan)
  } catch (error) {
    mkdirSync(failedPlans, { recursive: true })
    const file = join(failedPlans, `seed-${plan.seed}.json`)
    writeFileSync(file, JSON.stringify(shrinkPlan(plan, failureOf), null, 2))
    throw new Error(`Seed ${plan.seed} fails; a smaller plan that fails too is ${file}`, {
      cause: error,
    })
  }
}
