/**
 * A run in which every app's body returned: a fact whose app threw would be about something else.
 */
import assert from 'node:assert/strict'
import type { Run } from '../../lib/src/history/run'
import type { Experiment, Lab } from '../../lib/src/lab'

/** As `lab.run`; rejects when an app ended with an error, or crashed. */
export async function runDone(lab: Lab, experiment: Experiment): Promise<Run> {
  const run = await lab.run(experiment)
  for (const [app, { ended }] of Object.entries(run.apps)) {
    assert.equal(ended, 'done', `${app} ended with ${JSON.stringify(ended)}`)
  }
  return run
}
