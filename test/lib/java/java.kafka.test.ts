/** The Java client as witness: what is recorded of it is what it does. */
import assert from 'node:assert/strict'
import { localCluster } from '../../../lib/src/clusters/kafka/local-cluster'
import { javaExperiments, type JavaExperimentName } from '../../../lib/src/java/experiments'
import { runJava } from '../../../lib/src/java/run-java'
import { recordedWitnesses } from '../../../lib/src/notebook/java-client'

describe('the Java client', () => {
  after(async () => (await localCluster()).stop())

  for (const name of Object.keys(javaExperiments) as JavaExperimentName[]) {
    it(`does what data/ says of it: ${name}`, async function () {
      const witness = await runJava(name)
      if (witness === undefined) {
        console.log('      (not run: the Java of this machine has no compiler)')
        this.skip()
      }
      const recorded = recordedWitnesses().find((each) => each.name === name)
      assert.deepEqual(witness.outcomes, recorded?.outcomes)
    })
  }
})
