import assert from 'node:assert/strict'
import { attempts, toldAndWritten } from '../../../lib/src/charts'
import type { VegaLiteChart } from '../../../lib/src/charts/chart'
import { disconnect, drop, on, request, response } from '../../../lib/src/faults'
import type { Fault } from '../../../lib/src/history/plan'
import { embeddedLab } from '../../../lib/src/lab'
import type { App } from '../../../lib/src/lab'
import { lostAck } from '../../support/runs/lost-ack'

async function shop({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 2, initialRetryTime: 20 } })
  await producer.connect()
  for (const value of ['order-1', 'order-2', 'order-3']) {
    await producer.send({ topic: 'orders', acks: params.acks, messages: [{ value }] })
  }
  await producer.disconnect()
}

const runWith = (acks: number, ...faults: Fault[]) =>
  embeddedLab().run({
    topics: { orders: {} },
    apps: { shop: { body: shop, params: { acks }, client: { requestTimeout: 200 } } },
    faults,
  })

interface Bar {
  from: number
  to: number
}

function barsOf({ spec }: VegaLiteChart): Bar[] {
  return (spec as unknown as { layer: [{ data: { values: Bar[] } }] }).layer[0].data.values
}

describe('toldAndWritten', () => {
  it('finds the gap that acks 0 leaves, and that nobody heard of it', async () => {
    const run = await runWith(0, on(request('Produce', { value: 'order-2' }), disconnect()))
    assert.equal(
      toldAndWritten(run).finding,
      'send() resolved for 3 messages, 1 are written: a gap of 2 with no error',
    )
  })

  it('finds none where every message is written, and counts a message once', async () => {
    const lost = on(response('Produce', { value: 'order-2', nth: 1 }), disconnect())
    const { finding } = toldAndWritten(await runWith(-1, lost))
    assert.match(finding, /^send\(\) resolved for 3 messages, 3 are written: the producer knows of/)
  })

  it('refuses what is no run', () => {
    assert.throws(() => toldAndWritten({} as never), /give it a run/)
  })
})

describe('attempts', () => {
  it('counts those behind the deadline, and says how send() ended', async () => {
    const run = await runWith(-1, on(response('Produce', { value: 'order-1' }), drop()))
    assert.equal(
      attempts(run, { deadlineMs: 100 }).finding,
      'order-1 left 3 times, 2 of them after the deadline of 100 ms; send() rejected',
    )
  })

  it('ends where kafkajs gives an answer up, and leaves its pauses out', async () => {
    const run = await runWith(-1, on(response('Produce', { value: 'order-1' }), drop()))
    const bars = barsOf(attempts(run, { deadlineMs: 100 }))
    assert.equal(bars.length, 3)
    // The client waits 200 ms and looks every 100.
    for (const { from, to } of bars) assert.ok(to - from >= 200 && to - from <= 310, `${to - from}`)
    for (const [at, { from }] of bars.slice(1).entries()) assert.ok(from > bars[at]!.to + 10)
  })

  it('shows the message that is asked for', () => {
    const { finding } = attempts(lostAck(), { value: 'order-1', deadlineMs: 60_000 })
    assert.match(finding, /^order-1 left 2 times, none of them after .*; send\(\) resolved$/)
  })

  it('refuses a value that was never sent', () => {
    const absent = { value: 'order-9', deadlineMs: 1 }
    assert.throws(() => attempts(lostAck(), absent), /no send\(\) of order-9 is in this run/)
  })
})
