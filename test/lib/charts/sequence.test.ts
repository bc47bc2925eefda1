import assert from 'node:assert/strict'
import { palette } from '../../../lib/src/charts/palette'
import { mostRows, sequence } from '../../../lib/src/charts/sequence'
import { textWidth } from '../../../lib/src/charts/words'
import type { FramePartition } from '../../../lib/src/history/events'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { chargedTwice } from '../../support/runs/charged-twice'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { lateAnswer } from '../../support/runs/late-answer'
import { leaderKilled } from '../../support/runs/leader-killed'
import { lostAck } from '../../support/runs/lost-ack'
import { message, Recording, runOf } from '../../support/runs/recording'
import { items, textItem, texts } from './drawn'

describe('sequence', () => {
  it('tells the story of a lost ack in the order in which it happened', () => {
    const told = texts(sequence(lostAck())).filter((text) => !/^[\d,]+$/.test(text))
    assert.deepEqual(told, [
      'order-1 was written twice: @0 and @1; the producer was told ok',
      '6 frames not drawn (metadata, groups, empty fetches)',
      'ms',
      'shop',
      'broker 1',
      'broker 2',
      'broker 3',
      'send order-1',
      'Produce order-1',
      'ok @0, lost: connection cut',
      'kafkajs, again in 312 ms: Failed to send messages: Closed connection',
      '321 ms later',
      'Produce order-1, again',
      'ok @1',
      'send order-1: ok @1',
    ])
  })

  it('ends a lost answer in a cross on its way, never at the app', () => {
    const chart = sequence(lostAck())
    const { tip } = textItem(chart, 'ok @0, lost: connection cut')
    const app = textItem(chart, 'shop').x
    const broker = textItem(chart, 'broker 1').x
    const line = items(chart, 'x2').find((item) => item.tip?.fate === 'disconnected')
    assert.equal(line?.x, broker)
    assert.ok(Number(line?.x2) > app + 20 && Number(line?.x2) < broker - 20)
    assert.equal(line?.colour, palette.lost)
    assert.equal(tip?.fault, 'disconnect')
  })

  it('gives every frame its fields to hover over', () => {
    const { tip } = textItem(sequence(abortedTransaction()), 'Produce charge-1 (seq 0)')
    assert.equal(tip?.title, 'Produce v7 request')
    assert.equal(
      tip?.['charges-0'],
      'producerId 2001, producerEpoch 3, values charge-1, baseSequence 0',
    )
  })

  it('draws a late answer slanted, from where it left to where it arrived', () => {
    const chart = sequence(lateAnswer())
    const { tip } = textItem(chart, 'ok @0, 27 ms late')
    assert.equal(tip?.fault, 'delay')
    const line = items(chart, 'x2').find((item) => item.tip?.fault === 'delay')
    assert.ok(Number(line?.y2) > Number(line?.y) + 40)
    assert.equal(line?.colour, palette.late)
  })

  it('gives two producers of one app a lifeline each, and one app with one client just one', () => {
    assert.ok(texts(sequence(lateAnswer())).includes('producer-2'))
    assert.ok(!texts(sequence(lostAck())).includes('producer-1'))
  })

  it('says of a frame without a fate that it was on its way at the end', () => {
    assert.ok(texts(sequence(lateAnswer())).includes('Produce order-3, on its way at the end'))
  })

  it('draws a frame that a fault touched, be it ever so ordinary', () => {
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    run.answer(run.request(shop, 1, 'Metadata', {}, 'delivered'), {}, 'delivered')
    const touched = run.request(shop, 2, 'Metadata', {})
    run.act('drop', touched).fate(shop, touched, 'dropped')
    const told = texts(sequence(runOf(run)))
    const drawn = told.filter((text) => text.startsWith('Metadata'))
    assert.deepEqual(drawn, ['Metadata, lost: dropped'])
  })

  it('marks crash, restart and what was done again', () => {
    const chart = sequence(chargedTwice())
    assert.equal(chart.finding, 'order-1 was processed twice (charge), though written once')
    const told = texts(chart)
    for (const text of ['crashes', 'restarts (attempt 2)', 'charge order-1', 'OffsetCommit @1']) {
      assert.ok(told.includes(text), text)
    }
    assert.equal(textItem(chart, 'Fetch: order-1 @0, again').colour, palette.repeated)
    assert.equal(textItem(chart, 'charge order-1, again').colour, palette.repeated)
  })

  it('puts senders left and consumers right of the brokers', () => {
    const chart = sequence(chargedTwice())
    const [shop, broker, billing] = ['shop', 'broker 2', 'billing'].map((n) => textItem(chart, n).x)
    assert.ok(shop! < broker! && broker! < billing!)
  })

  it('marks brokers killed, paused and resumed, and breaks their lifelines there', () => {
    const chart = sequence(leaderKilled())
    assert.equal(texts(chart).filter((text) => text === 'paused').length, 2)
    const broker = textItem(chart, 'broker 1').x
    const lifeline = items(chart, 'x2').filter((item) => item.x === broker && item.x2 === broker)
    assert.deepEqual(
      lifeline.map(({ colour }) => colour),
      [palette.line, palette.lost],
    )
    assert.equal(lifeline[0]?.y2, textItem(chart, 'killed').y)
  })

  it('does not announce the pause behind the last attempt, after which nothing comes', () => {
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    const send = run.call(shop, 'send', { acks: -1, messages: [message('orders', 'order-1')] })
    run.log('shop', 'Failed', { error: 'first', retryTime: 50 })
    run.at(60).log('shop', 'Failed', { error: 'last', retryTime: 80 })
    send.ends('info', 'KafkaJSNumberOfRetriesExceeded', 'last')
    const told = texts(sequence(runOf(run)))
    assert.ok(told.includes('kafkajs, again in 50 ms: Failed: first'), told.join('\n'))
    assert.ok(told.includes('kafkajs: Failed: last'), told.join('\n'))
  })

  /** One batch is sent twice, and both times its place is the answer. */
  function sentAgain(numbers: Partial<FramePartition>): string[] {
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    const partitions = [{ topic: 'orders', partition: 0, values: ['order-1'], ...numbers }]
    for (const fate of ['disconnected', 'delivered'] as const) {
      const request = run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
      const place = { topic: 'orders', partition: 0, baseOffset: 0 }
      run.answer(request, { partitions: [place] }, fate)
    }
    return texts(sequence(runOf(run)))
  }

  it('says that the broker knew a batch already', () => {
    const told = sentAgain({ producerId: 1000, producerEpoch: 0, baseSequence: 0 })
    assert.ok(told.includes('ok @0: it was there already'), told.join('\n'))
  })

  it('does not say so of a batch without numbers, which a new leader may append in its place', () => {
    const told = sentAgain({ producerId: -1, producerEpoch: -1, baseSequence: -1 })
    assert.ok(told.includes('ok @0'), told.join('\n'))
    assert.ok(!told.some((text) => text.includes('already')), told.join('\n'))
  })

  it('says what a rejected send means: refused, or outcome unknown', () => {
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    const rejected = (order: string, error: string | undefined) => {
      const send = run.call(shop, 'send', { acks: -1, messages: [message('orders', order)] })
      const place = { topic: 'orders', partition: 0 }
      const partitions = [{ ...place, values: [order] }]
      const request = run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
      if (error) run.answer(request, { partitions: [{ ...place, error }] }, 'delivered')
      send.ends('info', 'KafkaJSNumberOfRetriesExceeded', 'kafkajs says the same of both')
    }
    rejected('order-1', undefined)
    rejected('order-2', 'NOT_ENOUGH_REPLICAS')
    const told = texts(sequence(runOf(run)))
    assert.ok(told.includes('send order-1: outcome unknown, KafkaJSNumberOfRetriesExceeded'))
    assert.ok(told.includes('send order-2: refused, KafkaJSNumberOfRetriesExceeded'))
  })

  it('draws single messages of a large run, and says what it left out', () => {
    const chart = sequence(hundredOrders({ acks: 1, duplicatedEach: 7 }), { messages: ['order-7'] })
    assert.ok(texts(chart).includes('only what concerns order-7'))
    assert.ok(texts(chart).includes('198 frames not drawn (other messages)'))
    assert.ok(texts(chart).every((text) => !/order-8\b/.test(text)))
  })

  it('cuts a run of 10,000 frames, says so, and stays small', () => {
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    for (let number = 0; number < 5000; number += 1) {
      const partitions = [{ topic: 'orders', partition: 0, values: [`order-${number}`] }]
      run.at(number)
      const request = run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
      run.answer(request, {}, 'delivered')
    }
    const chart = sequence(runOf(run))
    const cut = `cut: the first ${mostRows} rows of 10,000 rows`
    assert.ok(texts(chart).some((text) => text.startsWith(cut)))
    assert.ok(JSON.stringify(chart.spec).length < 60_000)
  })

  it('refuses a message that the run does not have, with its value and those there are', () => {
    assert.throws(() => sequence(lostAck(), { messages: ['order-9'] }), {
      name: 'RangeError',
      message: "sequence: no message of this run has the value 'order-9'; it has order-1",
    })
  })

  it('keeps labels in one row apart: no label reaches beyond its room', () => {
    const long = 'x'.repeat(300)
    const run = new Recording()
    const shop = { app: 'shop', client: 'producer-1' }
    run.call(shop, 'send', { acks: -1, messages: [message('orders', long)] }).ok()
    const partitions = [{ topic: 'orders', partition: 0, values: [long] }]
    run.request(shop, 1, 'Produce', { acks: -1, partitions }, 'delivered')
    const labels = items(sequence(runOf(run)), 'text').filter(({ size }) => Number(size) <= 11)
    const cut = labels.filter(({ text }) => String(text).endsWith('…'))
    assert.equal(cut.length, 3, 'the send, its ok and the request')
    for (const { text } of cut) assert.ok(textWidth(String(text), 11) <= 390)
  })
})
