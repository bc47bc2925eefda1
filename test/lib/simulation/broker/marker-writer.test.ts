/** What a leader does with a marker in `__consumer_offsets`, whose offsets wait for it. */
import assert from 'node:assert/strict'
import { Broker } from '../../../../lib/src/simulation/broker/broker'
import { Disk } from '../../../../lib/src/simulation/broker/disk'
import type { WrittenMarker } from '../../../../lib/src/simulation/broker/marker-writer'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { imageOf } from './logs'

const topic = '__consumer_offsets'
const marker = { producerId: 7, producerEpoch: 0, coordinatorEpoch: 1, verdict: 'commit' } as const

describe('A leader that is asked to write a marker', () => {
  it('says that it leads not yet while its group coordinator still reads its log', () => {
    const queue = new EventQueue()
    const broker = new Broker({
      id: 1,
      timers: queue,
      startedAtMs: 0,
      settings: {},
      random: () => 0,
      disk: new Disk(() => undefined),
      askBroker: () => undefined,
      askController: () => undefined,
    })
    const lead = (leaderEpoch: number, version: number) => {
      const partition = imageOf({ replicas: [1], isr: [1], leaderEpoch })
      const topics = new Map([[topic, { name: topic, id: 1, config: {}, partitions: [partition] }]])
      broker.replicas.apply({ version, brokers: new Map(), topics })
    }
    const write = () => {
      const heard: WrittenMarker[] = []
      broker.markers.write(marker, [{ topic, partition: 0 }], (all) => heard.push(...all))
      return heard.map(({ error }) => error)
    }
    lead(1, 1)
    assert.deepEqual(write(), ['NONE'])
    lead(2, 2)
    assert.deepEqual(write(), ['NOT_LEADER_OR_FOLLOWER'])
    while (queue.runNext(10));
    assert.deepEqual(write(), ['NONE'])
    assert.equal(broker.replicas.find(topic, 0)?.log.endOffset, 2)
  })
})
