import assert from 'node:assert/strict'
import { differencesBetween, essenceOf } from '../../../lib/src/checker/agreement'
import type { Run } from '../../../lib/src/history/run'
import { chargedTwice } from '../../support/runs/charged-twice'
import { lostAck } from '../../support/runs/lost-ack'

/** The same run with something else in it. */
function changed(make: () => Run, change: (run: Run) => void): Run {
  const run = structuredClone(make())
  change(run)
  return run
}

function placesOfDifference(one: Run, other: Run): string[] {
  return differencesBetween(essenceOf(one), essenceOf(other)).map(({ where }) => where)
}

describe('what two runs of one plan must agree on', () => {
  it('is nothing that clocks and brokers hand out', () => {
    const other = changed(chargedTwice, (run) => {
      for (const event of run.history) event.timeMs *= 3
      for (const log of run.logs) {
        log.leader = 3
        log.isr = [3]
        for (const batch of log.batches) {
          batch.leaderEpoch += 2
          if (batch.producerId >= 0) batch.producerId += 1000
        }
      }
      run.cluster = { kind: 'embedded', kafkaVersion: 'embedded', brokers: [1, 2, 3] }
      run.replicaLogs = []
    })
    assert.deepEqual(placesOfDifference(chargedTwice(), other), [])
  })

  it('is the log: values, order, sessions, sequences', () => {
    const missing = changed(lostAck, (run) => void run.logs[0]!.batches.pop())
    assert.deepEqual(placesOfDifference(lostAck(), missing), [
      'guarantees delivery to orders',
      'delivery orders order-1',
      'anomalies all',
      'logs orders-0',
    ])
    const sequence = changed(chargedTwice, (run) => {
      run.logs[0]!.batches[0]!.baseSequence = 1
    })
    assert.deepEqual(placesOfDifference(chargedTwice(), sequence), ['logs orders-0'])
  })

  it('is how often a sink processed a message', () => {
    const once = changed(chargedTwice, (run) => {
      const effects = run.history.filter(
        (event) => 'operation' in event && event.operation === 'effect',
      )
      const second = new Set<unknown>(effects.slice(effects.length / 2))
      run.history = run.history.filter((event) => !second.has(event))
    })
    const found = placesOfDifference(chargedTwice(), once)
    assert.ok(found.includes('guarantees processing of charge'), String(found))
    assert.ok(found.includes('processing effect charge: orders order-1'), String(found))
  })

  it('is what an app was told: the error by its name, and the offset', () => {
    const refused = changed(lostAck, (run) => {
      const told = run.history.find((event) => event.type === 'ok' && event.operation === 'send')
      assert.ok(told && 'operation' in told)
      told.type = 'info'
      told.error = { name: 'KafkaJSError', message: 'at 127.0.0.1:9092', kafkaError: 'UNKNOWN' }
    })
    const differences = differencesBetween(essenceOf(lostAck()), essenceOf(refused))
    assert.deepEqual(
      differences.filter(({ where }) => where.startsWith('told')),
      [
        {
          where: 'told shop attempt 1 producer-1',
          left: 'order-1 ok orders-0@1',
          right: 'order-1 info KafkaJSError UNKNOWN',
        },
      ],
    )
  })

  it('is how each app ended, and the committed offset', () => {
    const other = changed(chargedTwice, (run) => {
      run.apps['billing']!.ended = 'crashed'
      run.groups[0]!.offset = 0
    })
    const found = placesOfDifference(chargedTwice(), other)
    assert.ok(found.includes('ended billing'))
    assert.ok(found.includes('committed billing orders-0'))
  })

  it('names what only one of the two has', () => {
    const more = changed(lostAck, (run) => {
      run.groups.push({ group: 'billing', topic: 'orders', partition: 0, offset: 0 })
    })
    assert.deepEqual(differencesBetween(essenceOf(lostAck()), essenceOf(more)), [
      { where: 'committed billing orders-0', left: '(nothing)', right: '0' },
    ])
  })
})
