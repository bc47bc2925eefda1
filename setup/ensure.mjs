// Brings the project folder to the state in which every command can work: npm packages, the
// Python environment, the built library. Each step leaves a stamp with the fingerprint of what it
// was made from, written only after success: what is current is not touched again (no network, a
// few milliseconds), what was interrupted is made again.
import fs from 'node:fs'
import { Advice } from './advice.mjs'
import { inProject } from './environment.mjs'
import { withLock } from './lock.mjs'
import { runTool } from './tool.mjs'
import { library } from './step-library.mjs'
import { nodeModules } from './step-node-modules.mjs'
import { python } from './step-python.mjs'

/** In this order: the library is compiled by a package that the first step installs. */
export const steps = [nodeModules, python, library]

/** Makes what is missing or outdated; throws Advice when a step fails. */
export async function ensureSetUp() {
  if (steps.every(isCurrent)) return
  await withLock(inProject('.cache', 'set-up.lock'), makeAll, (pid) =>
    tell(`Waiting for another set-up in this folder (process ${pid}) …`),
  )
}

/** Whether the step's stamp shows what it would be made from now. */
export function isCurrent(step) {
  if (!fs.existsSync(step.stampPath) || !step.isPresent()) return false
  return fs.readFileSync(step.stampPath, 'utf8') === step.fingerprint()
}

async function makeAll(lock) {
  for (const step of steps) {
    if (isCurrent(step)) continue
    const started = Date.now()
    tell(`${step.title} …`)
    const fingerprint = step.fingerprint()
    fs.rmSync(step.stampPath, { force: true })
    for (const { program, args } of step.commands()) {
      await runTool(program, args, lock)
    }
    if (!step.isPresent()) throw new Advice(`${step.title}: ended well but left nothing to use.`)
    fs.writeFileSync(step.stampPath, fingerprint)
    tell(`${step.title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
}

/** Progress goes to stderr: stdout belongs to what a command answers. */
function tell(line) {
  process.stderr.write(`[set-up] ${line}\n`)
}
