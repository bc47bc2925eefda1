/**
 * A crash inside the lab's process is a real one: the same app, killed with SIGKILL as a process of
 * its own at the same point, leaves the same logs, was told the same, and gets the same verdict.
 */
import assert from 'node:assert/strict'
import { ledger, verdict } from '../../../lib/src/checker'
import type { Cluster } from '../../../lib/src/clusters/cluster'
import { localCluster } from '../../../lib/src/clusters/kafka/local-cluster'
import { reality } from '../../../lib/src/clusters/reality'
import { WireClient } from '../../../lib/src/clusters/wire-client'
import { crash, effect, on, request, response } from '../../../lib/src/faults'
import type { Run } from '../../../lib/src/history/run'
import type { Experiment, Lab } from '../../../lib/src/lab'
import { bodies } from '../../support/crash-bodies'
import { runAsProcesses } from '../../support/crash-run'
import { openRealLab } from '../../support/real-lab'

const shop = { body: bodies['shop']!, restart: {} }
const billing = { body: bodies['billing']!, restart: {} }
const orders = ['order-1', 'order-2', 'order-3']

const experiments: Record<string, { experiment: Experiment; witness: RegExp }> = {
  'a producer that dies before it hears of its acknowledgement': {
    experiment: {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(response('Produce', { nth: 2, attempt: 1 }), crash())],
    },
    witness: /order-1.*order-2.*order-2.*order-3.*order-4/,
  },
  'a producer that dies before its request leaves': {
    experiment: {
      topics: { orders: {} },
      apps: { shop },
      faults: [on(request('Produce', { nth: 2, attempt: 1 }), crash())],
    },
    witness: /order-1.*order-2,order-3.*order-4/,
  },
  'a consumer that dies between its effect and its commit': {
    experiment: {
      topics: { orders: { records: orders } },
      apps: { billing },
      faults: [on(effect('charge', { nth: 2, attempt: 1 }), crash())],
    },
    witness: /charge order-1,charge order-2,charge order-1,charge order-2,charge order-3/,
  },
}

/** The part of a run that does not depend on time or on producer ids. */
function outcome(run: Run) {
  const values = run.logs.map(({ topic, partition, batches }) => {
    return [topic, partition, batches.flatMap(({ records }) => records.map(({ value }) => value))]
  })
  const effects = run.history.flatMap((event) =>
    'operation' in event && event.operation === 'effect' && event.type === 'ok'
      ? [`${event.value.kind} ${event.value.id}`]
      : [],
  )
  const { apps, groups } = run
  const ends = Object.entries(apps).map(([app, { attempts, ended }]) => [app, attempts, ended])
  return { values, effects, groups, ends, ledger: ledger(run), verdict: verdict(run) }
}

describe('a crash in the lab equals a SIGKILL:', () => {
  let lab: Lab
  let cluster: Cluster
  before(async () => {
    lab = await openRealLab()
    const processes = await localCluster()
    const { brokers, kafkaVersion } = processes
    const wire = new WireClient({ brokers, clientId: 'test' })
    cluster = { kind: 'local', kafkaVersion, brokers, wire, control: processes, ...reality }
  })
  after(async () => {
    await cluster.wire.close()
    await lab.close()
  })

  for (const [name, { experiment, witness }] of Object.entries(experiments)) {
    it(name, async () => {
      const inside = outcome(await lab.run(experiment))
      const killed = outcome(await runAsProcesses(experiment, cluster))
      assert.deepEqual(inside, killed)
      const { values, effects } = killed
      assert.match(String([...values, ...effects]), witness)
    })
  }
})
