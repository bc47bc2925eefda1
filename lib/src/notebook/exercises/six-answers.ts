/**
 * Notebook 10: predict what a partition's leader does with a batch, in six cases. The answer is a
 * word per case. The grader makes each case happen, with orders of its own, and compares the word
 * with what the record says the broker did.
 */
import { batchArrivals } from '../../checker'
import type { BatchArrival } from '../../checker'
import { on, request, resendAt, response, stored } from '../../faults'
import type { Point } from '../../history/plan'
import type { Run } from '../../history/run'
import type { App, Lab } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'

const words = ['appended', 'repeat', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH']

/** Where each case is: in which of the grader's runs, and what of it was the batch. */
const cases = {
  'the number after the last': { run: 'window', order: 'order-w8', which: 'first' },
  'the fifth last batch once more': { run: 'window', order: 'order-w4', which: 'last' },
  'the sixth last batch once more': { run: 'window', order: 'order-w3', which: 'last' },
  'a number that leaves a gap': { run: 'made anew', order: 'order-x6', which: 'last' },
  'an older epoch': { run: 'epochs', order: 'order-y1', which: 'last' },
  'any number, from a producer id that the leader does not know': {
    run: 'made anew',
    order: 'order-x4',
    which: 'last',
  },
} as const

type Case = keyof typeof cases

/** One word per case. */
export type SixAnswers = Record<Case, string>

export const sixAnswers: Exercise<SixAnswers> = {
  name: '10-six-answers',
  hints: [
    'The first picture shows three of the six: a mark above the band, in it, and below it.',
    'A smaller epoch is looked at before the number. What can a leader compare with nothing?',
    'Two are appended, one is a repeat, two are out of order, one has an old epoch.',
  ],
  async grade(answers, lab) {
    const open = (Object.keys(cases) as Case[]).find((one) => !words.includes(answers[one]))
    if (open !== undefined) return `'${open}' has no answer yet: write one of ${words.join(', ')}`
    const runs = await runsOf(lab)
    for (const one of Object.keys(cases) as Case[]) {
      const { run, order, which } = cases[one]
      const batch = arrivalOf(runs[run], order, which)
      if ((batch.error ?? batch.answer) !== answers[one]) {
        return `'${one}': the leader answered otherwise to ${order}, ${circumstances(batch)}`
      }
    }
    return undefined
  },
}

async function runsOf(lab: Lab): Promise<Record<(typeof cases)[Case]['run'], Run>> {
  const late = (value: string, when: Point) =>
    on(request('Produce', { value, nth: 1 }), resendAt(when))
  const eighth = response('Produce', { value: 'order-w8' })
  const shop = { body: sendOrders, params: { orders: values('order', 8, 'w') } }
  const window = await lab.run({
    topics: { orders: {} },
    apps: { shop },
    faults: [late('order-w4', eighth), late('order-w3', eighth)],
  })
  const anew = await lab.run({
    topics: { orders: {} },
    apps: { shop: { body: madeAnew, params: { orders: values('order', 6, 'x') } } },
    faults: [late('order-x4', stored('the topic is made anew'))],
  })
  const epochs = await lab.run({
    topics: { orders: {} },
    apps: { shop: { body: handOver, params: { orders: values('order', 2, 'y') } } },
    faults: [late('order-y1', response('Produce', { value: 'order-y2' }))],
  })
  return { window, epochs, 'made anew': anew }
}

function arrivalOf(run: Run, order: string, which: 'first' | 'last'): BatchArrival {
  const found = batchArrivals(run).filter(({ values: sent }) => sent.includes(order))
  const batch = which === 'first' ? found[0] : found[found.length - 1]
  if (batch === undefined) throw new Error(`no batch with ${order} arrived`)
  return batch
}

/** `sequence 2 of epoch 0, when the leader remembered 3 to 7` */
function circumstances({ sequences, producerEpoch, remembered }: BatchArrival): string {
  const [oldest, newest] = [remembered[0], remembered[remembered.length - 1]]
  const known =
    oldest === undefined || newest === undefined
      ? 'nothing of this id and epoch'
      : `${oldest.first} to ${newest.last}`
  return `sequence ${sequences.first} of epoch ${producerEpoch}, when it remembered ${known}`
}

async function sendOrders({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  for (const value of params.orders as string[]) {
    await producer.send({ topic: 'orders', messages: [{ key: 'ann', value }] })
  }
  await producer.disconnect()
}

/** Two lives of one transactional id. */
async function handOver({ kafka, params }: App): Promise<void> {
  for (const value of params.orders as string[]) {
    const producer = kafka.producer({ idempotent: true, transactionalId: 'shop' })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'orders', messages: [{ key: 'ann', value }] })
    await transaction.commit()
    await producer.disconnect()
  }
}

/** Five orders, then a new, empty topic: a copy of the fourth comes first, the sixth after it. */
async function madeAnew({ kafka, params, store }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  const admin = kafka.admin()
  await Promise.all([producer.connect(), admin.connect()])
  const send = (value: string) =>
    producer.send({ topic: 'orders', messages: [{ key: 'ann', value }] })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 500))
  const orders = params.orders as string[]
  for (const value of orders.slice(0, 5)) await send(value)
  await admin.deleteTopics({ topics: ['orders'] })
  await pause()
  const topic = { topic: 'orders', numPartitions: 1, replicationFactor: 3 }
  await admin.createTopics({ waitForLeaders: false, topics: [topic] })
  await pause()
  await store.set('the topic is made anew', true)
  await pause()
  await Promise.allSettled([send(orders[5]!)])
  await Promise.all([producer.disconnect(), admin.disconnect()])
}
