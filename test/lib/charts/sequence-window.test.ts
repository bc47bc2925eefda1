import assert from 'node:assert/strict'
import { sequenceWindow } from '../../../lib/src/charts'
import { palette } from '../../../lib/src/charts/palette'
import { mostArrivals } from '../../../lib/src/charts/sequence-window'
import { lostAck } from '../../support/runs/lost-ack'
import { numberedBatches } from '../../support/runs/numbered-batches'
import { Recording, runOf } from '../../support/runs/recording'
import { items, texts } from './drawn'

const marksOf = (chart: ReturnType<typeof sequenceWindow>) =>
  items(chart, 'shape').filter(({ tip }) => tip !== undefined)

describe('the picture of a producer’s window', () => {
  it('marks each arrival by what the leader made of it', () => {
    const marks = marksOf(sequenceWindow(numberedBatches()))
    const told = marks.map(({ tip, colour }) => [tip?.title, tip?.answer, colour])
    assert.deepEqual(told.slice(6), [
      ['order-7', 'appended', palette.arrived],
      ['order-7', 'repeat', palette.repeated],
      ['order-3', 'repeat', palette.repeated],
      ['order-2', 'OUT_OF_ORDER_SEQUENCE_NUMBER', palette.lost],
      ['order-7 and order-8', 'appended', palette.arrived],
      ['order-9 and order-10', 'repeat', palette.lost],
      ['order-11', 'unanswered', palette.unknown],
    ])
  })

  it('draws a repeat inside the band, the next number above it, an old one below it', () => {
    const chart = sequenceWindow(numberedBatches())
    const marks = marksOf(chart)
    const where = (mark: { x: number; y: number }) => {
      const band = items(chart, 'fill').find(({ x, x2 }) => x < mark.x && mark.x < Number(x2))
      if (band === undefined || mark.y < band.y) return 'above'
      return mark.y > Number(band.y2) ? 'below' : 'inside'
    }
    const places = marks.slice(0, 10).map(where)
    assert.deepEqual(places.slice(0, 7), Array(7).fill('above'))
    assert.deepEqual(places.slice(7), ['inside', 'inside', 'below'])
  })

  it('states the counts, what was swallowed and what stands twice', () => {
    assert.equal(
      sequenceWindow(numberedBatches()).finding,
      '8 batches appended, 3 taken for a repeat, 1 refused, 1 unanswered; ' +
        'order-9 and order-10 taken for order-7 and order-8; order-7 appended more than once',
    )
  })

  it('gives every producer id its panel and names the marks in words', () => {
    const told = texts(sequenceWindow(numberedBatches()))
    assert.ok(told.includes('orders-0, producer id 7, epoch 0'))
    assert.ok(told.includes('orders-0, producer id 8, epoch 0'))
    for (const word of ['appended', 'refused', 'no answer']) assert.ok(told.includes(word), word)
  })

  it('says so when there is nothing numbered, and when it cuts', () => {
    assert.ok(texts(sequenceWindow(lostAck())).join(' ').includes('no batch with a producer id'))
    const run = new Recording()
    for (let sequence = 0; sequence <= mostArrivals; sequence += 1) {
      const numbers = { producerId: 7, producerEpoch: 0, baseSequence: sequence }
      const partitions = [{ topic: 'orders', partition: 0, values: [`m${sequence}`], ...numbers }]
      const shop = { app: 'shop', client: 'producer-1' }
      run.request(shop, 1, 'Produce', { partitions }, 'delivered')
    }
    const chart = sequenceWindow(runOf(run))
    assert.equal(marksOf(chart).length, mostArrivals)
    assert.ok(texts(chart).includes(`cut: the first ${mostArrivals} arrivals of each partition`))
  })

  it('refuses what is no run', () => {
    assert.throws(() => sequenceWindow({} as never), {
      name: 'TypeError',
      message: /give it a run/,
    })
  })
})
