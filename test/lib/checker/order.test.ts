/**
 * Why this test: concurrent things may be recorded in any order, and a run is full of events that
 * say nothing about messages. Neither may change what the checker finds.
 */
import assert from 'node:assert/strict'
import { findAnomalies, ledger, verdict } from '../../../lib/src/checker/index'
import type { HistoryEvent } from '../../../lib/src/history/events'
import type { Run } from '../../../lib/src/history/run'
import { HistoryBuilder } from '../../support/history-builder'

/** A small generator of pseudo-random numbers below `limit` (Lehmer, MINSTD). */
function generator(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
}

function eventful(): Run {
  const history = new HistoryBuilder(
    { orders: { records: ['seed'] } },
    { intended: { orders: ['late'] } },
  )
  for (let i = 0; i < 8; i += 1) {
    const send = history.send([`a-${i}`], { app: 'shop' })
    const other = history.send([`b-${i}`], { app: 'kiosk' })
    history.produce([`a-${i}`], { answer: i % 3 === 0 ? 'NOT_ENOUGH_REPLICAS' : 'none' })
    history.produce([`b-${i}`], { app: 'kiosk' })
    if (i % 2 === 0) send.reject()
    else send.ok()
    other.ok()
    history.charge(`b-${i}`, { offset: i + 1 })
  }
  history.crash('billing').restart('billing').charge('b-7', { offset: 8 }).committed(10)
  return history
    .log([
      'seed',
      ...Array.from({ length: 8 }, (_, i) => `b-${i}`),
      'a-0',
      'a-2',
      'a-3',
      'a-1',
      'a-1',
    ])
    .build()
}

/** Merges the apps' events anew, each app's own order kept, with noise between them. */
function shuffled(run: Run, random: (limit: number) => number): Run {
  const byApp = new Map<string, HistoryEvent[]>()
  for (const event of run.history) {
    const app = 'app' in event && event.app !== undefined ? event.app : ''
    byApp.set(app, [...(byApp.get(app) ?? []), event])
  }
  const queues = [...byApp.values()]
  const history: HistoryEvent[] = []
  while (queues.some((queue) => queue.length > 0)) {
    const stamp = { index: 0, timeMs: 0, app: 'noise', attempt: 1 }
    const noise: HistoryEvent[] = [
      { ...stamp, type: 'log', level: 'warn', namespace: 'Connection', message: '-', extra: {} },
      { ...stamp, type: 'connection', connection: 9, client: 'x', broker: 1, state: 'closed' },
      { index: 0, timeMs: 0, type: 'broker', broker: 2, state: 'paused' },
    ]
    if (random(3) === 0) history.push(noise[random(noise.length)]!)
    const event = queues[random(queues.length)]!.shift()
    if (event !== undefined) history.push(event)
  }
  return { ...run, history: history.map((event, index) => ({ ...event, index, timeMs: index })) }
}

function byText(texts: readonly unknown[]): string[] {
  return texts.map((text) => JSON.stringify(text)).sort()
}

describe('the order of unrelated events', () => {
  it('changes neither ledger nor verdict nor anomalies, over 200 interleavings', () => {
    const run = eventful()
    assert.ok(findAnomalies(run).length > 5)
    const random = generator(20)
    for (let i = 0; i < 200; i += 1) {
      const other = shuffled(run, random)
      assert.deepEqual(byText(ledger(other)), byText(ledger(run)))
      assert.deepEqual(byText(findAnomalies(other)), byText(findAnomalies(run)))
      const guarantees = (one: Run): unknown[] => [
        verdict(one).delivery['orders']?.counts,
        verdict(one).processing['charge']?.counts,
      ]
      const [delivery, processing] = guarantees(other)
      const [expectedDelivery, expectedProcessing] = guarantees(run)
      assert.deepEqual(delivery, expectedDelivery)
      assert.deepEqual(processing, expectedProcessing)
    }
  })
})
