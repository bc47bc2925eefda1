import assert from 'node:assert/strict'
import { javaExperiments } from '../../../lib/src/java/experiments'
import { javaClient, recordedWitnesses } from '../../../lib/src/notebook/java-client'

describe('javaClient', () => {
  it('shows the recording, says that it is one, and how to run it', async () => {
    const { finding, note, outcomes } = await javaClient('auto-commit')
    assert.match(
      finding,
      /one poll of 100, close\(\) after 30: 100 are committed, 30 were processed/,
    )
    assert.match(note ?? '', /^kafka-clients \d.*, recorded \d{4}-.*npm run java -- auto-commit$/)
    assert.match(outcomes['one poll of 100, crash at 6 s'] ?? '', /^nothing is committed/)
  })

  it('knows a recording of each experiment', () => {
    const recorded = recordedWitnesses().map(({ name }) => name)
    assert.deepEqual(recorded, Object.keys(javaExperiments))
  })

  it('refuses a name that is none, with those that are', async () => {
    await assert.rejects(javaClient('autocommit' as never), /no experiment 'autocommit'; known are/)
  })
})
