/** Markers are sent until they stand everywhere (`TransactionMarkerChannelManager`). */
import assert from 'node:assert/strict'
import type { KafkaErrorName } from '../../../../lib/src/protocol/errors'
import type { BrokerContext } from '../../../../lib/src/simulation/broker/broker-context'
import { Disk } from '../../../../lib/src/simulation/broker/disk'
import { MarkerSender } from '../../../../lib/src/simulation/broker/marker-sender'
import type { WrittenMarker } from '../../../../lib/src/simulation/broker/marker-writer'
import { ReplicaManager } from '../../../../lib/src/simulation/broker/replica-manager'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { imageOf } from './logs'

const marker = { producerId: 7, producerEpoch: 0, coordinatorEpoch: 1, verdict: 'commit' } as const
const orders = { topic: 'orders', partition: 0 }
const charges = { topic: 'charges', partition: 0 }

/** Each question is answered with the next of these, for all its partitions. */
function make(answers: (KafkaErrorName | 'dead')[]) {
  const queue = new EventQueue()
  const asked: string[] = []
  const context: BrokerContext = {
    id: 9,
    timers: queue,
    startedAtMs: 0,
    settings: {},
    random: () => 0,
    disk: new Disk(() => undefined),
    askController: () => undefined,
    askBroker: (broker, { serve, answered, failed }) => {
      asked.push(`broker ${broker} @${queue.now()}`)
      const error = answers.shift() ?? 'NONE'
      if (error === 'dead') return failed()
      const write = (
        _marker: unknown,
        places: readonly { topic: string; partition: number }[],
        answer: (written: WrittenMarker[]) => void,
      ) => answer(places.map((place) => ({ ...place, error })))
      // Only the writer of the broker that is asked is needed.
      serve({ markers: { write } } as never, answered)
    },
  }
  const replicas = new ReplicaManager(context, {
    leaderEpochChanged: () => undefined,
    topicDeleted: () => undefined,
  })
  const sender = new MarkerSender(context, replicas)
  const lead = (leaders: Record<string, number>, version = 1) => {
    const topics = Object.entries(leaders).map(([name, leader]) => {
      return [name, { name, id: 1, config: {}, partitions: [imageOf({ leader })] }] as const
    })
    replicas.apply({ version, brokers: new Map(), topics: new Map(topics) })
  }
  const run = () => {
    while (queue.runNext(1000));
  }
  return { sender, asked, lead, run }
}

describe('A transaction’s marker', () => {
  it('goes to each leader once, and is done when it stands everywhere', () => {
    const { sender, asked, lead } = make([])
    lead({ orders: 1, charges: 2 })
    let done = 0
    sender.send(marker, [orders, charges], () => (done += 1))
    assert.deepEqual(asked, ['broker 1 @0', 'broker 2 @0'])
    assert.equal(done, 1)
  })

  it('is sent again to a leader that is dead, or none any more', () => {
    const { sender, asked, lead, run } = make(['dead', 'NOT_LEADER_OR_FOLLOWER', 'NONE'])
    lead({ orders: 1 })
    let done = 0
    sender.send(marker, [orders], () => (done += 1))
    lead({ orders: 2 }, 2)
    run()
    assert.deepEqual(asked, ['broker 1 @0', 'broker 2 @20', 'broker 2 @40'])
    assert.equal(done, 1)
  })

  it('waits for a partition that has no leader', () => {
    const { sender, asked, lead, run } = make([])
    lead({ orders: -1 })
    let done = 0
    sender.send(marker, [orders], () => (done += 1))
    run()
    assert.deepEqual([asked, done], [[], 0])
  })

  it('is not missing from a topic that was deleted', () => {
    const { sender, asked, lead } = make([])
    lead({ orders: 1 })
    let done = 0
    sender.send(marker, [orders, charges], () => (done += 1))
    assert.deepEqual([asked, done], [['broker 1 @0'], 1])
  })

  it('is given up where a newer producer or coordinator has written', () => {
    for (const error of ['INVALID_PRODUCER_EPOCH', 'TRANSACTION_COORDINATOR_FENCED'] as const) {
      const { sender, asked, lead, run } = make([error])
      lead({ orders: 1 })
      sender.send(marker, [orders], () => assert.fail('it does not stand there'))
      run()
      assert.equal(asked.length, 1)
    }
  })
})
