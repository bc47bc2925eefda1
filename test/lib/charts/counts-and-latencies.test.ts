import assert from 'node:assert/strict'
import { counts, latencies } from '../../../lib/src/charts'
import { measuredLatencies, percentile } from '../../../lib/src/charts/measured-latencies'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { message, Recording, runOf } from '../../support/runs/recording'
import { items, texts } from './drawn'

const bars = (chart: ReturnType<typeof counts>) =>
  items(chart, 'fill').map(({ tip }) => [tip?.title, tip?.outcome, tip?.messages])

describe('counts', () => {
  it('counts messages by outcome and stage as the verdict does', () => {
    const chart = counts(hundredOrders({ acks: 1, lostEach: 11, duplicatedEach: 7 }))
    assert.deepEqual(bars(chart), [
      ['delivery to orders', 'once', 78],
      ['delivery to orders', 'duplicated', 13],
      ['delivery to orders', 'lost', 9],
      ['processing: charge', 'once', 78],
      ['processing: charge', 'reprocessed', 13],
    ])
  })

  it('sets several runs below each other on one scale', () => {
    const few = hundredOrders({ acks: 1, messages: 25 })
    const chart = counts({ few, many: hundredOrders({ acks: -1 }) })
    const lengths = items(chart, 'fill').map(({ x, x2 }) => Number(x2) - x)
    assert.equal(lengths[2]! / lengths[0]!, 170 / 43)
    assert.ok(texts(chart).includes('few') && texts(chart).includes('many'))
    assert.match(chart.finding, /^few: orders all 25 once, charge all 25 once; many: orders all/)
  })

  it('refuses what is no run and names it', () => {
    const runs = { good: hundredOrders({ acks: 1, messages: 1 }), bad: 7 as never }
    assert.throws(() => counts(runs), { name: 'TypeError', message: /counts: 'bad' is not a run/ })
  })
})

describe('latencies', () => {
  const shop = { app: 'shop', client: 'producer-1' }
  const sent = (acks: number) => ({ acks, messages: [message('orders', 'order-1')] })

  it('measures from the first send to its ack and to the first effect, in milliseconds', () => {
    const run = new Recording().at(10)
    const send = run.call(shop, 'send', sent(-1))
    run.at(14)
    send.ok()
    const effect = run.call(shop, 'effect', { kind: 'charge', id: 'order-1' })
    run.at(30)
    effect.ok()
    run.at(90).call(shop, 'effect', { kind: 'charge', id: 'order-1' }).ok()
    assert.deepEqual(measuredLatencies(runOf(run)), [
      { name: 'send → ack', valuesMs: [4] },
      { name: 'send → charge', valuesMs: [20] },
    ])
  })

  it('knows the message of an effect by its cause', () => {
    const run = new Recording()
    run.call(shop, 'send', sent(-1)).ok()
    const mail = { kind: 'mail', id: 'mail-7', cause: 'order-1' }
    run.at(6).call(shop, 'effect', mail).ok()
    assert.deepEqual(measuredLatencies(runOf(run))[1], { name: 'send → mail', valuesMs: [6] })
  })

  it('does not call the return of a send without acks, or a rejected one, an ack', () => {
    const run = new Recording()
    run.call(shop, 'send', sent(0)).ok()
    run.call(shop, 'send', sent(-1)).ends('info', 'KafkaJSRequestTimeoutError', 'timed out')
    assert.deepEqual(measuredLatencies(runOf(run)), [])
    assert.match(latencies(runOf(run)).finding, /no latency$/)
  })

  it('takes percentiles by nearest rank', () => {
    const values = [1, 2, 3, 4]
    assert.deepEqual(
      [0, 25, 26, 50, 99, 100].map((p) => percentile(values, p)),
      [1, 1, 2, 2, 4, 4],
    )
    assert.throws(() => percentile([], 50), RangeError)
  })

  it('says of the embedded cluster that its latency is a model, and of no other', () => {
    const model = hundredOrders({ acks: 1, messages: 2, embedded: 'embedded' })
    const real = hundredOrders({ acks: 1, messages: 2 })
    const title = (chart: ReturnType<typeof latencies>) => JSON.stringify(chart.figure.layout)
    assert.match(title(latencies(model)), /not a measurement/)
    assert.match(title(latencies({ model, real })), /model: the embedded cluster/)
    assert.doesNotMatch(title(latencies(real)), /not a measurement/)
    assert.match(JSON.stringify(latencies(model).fallback), /not a measurement/)
  })

  it('draws a curve with at most 200 corners that ends at its slowest message', () => {
    const run = hundredOrders({ acks: -1 })
    const [trace] = latencies(run).figure.data as { x: number[]; y: number[] }[]
    const slowest = measuredLatencies(run)[0]!.valuesMs[99]!
    assert.equal(trace?.x[99], Math.round(slowest * 1000) / 1000)
    assert.equal(trace?.y[99], 100)
  })

  it('escapes labels in plotly titles, which are read as HTML', () => {
    const run = hundredOrders({ acks: 1, messages: 2 })
    const chart = latencies({ '<b>': run, b: run })
    assert.match(JSON.stringify(chart.figure.layout), /&lt;b&gt;/)
  })
})
