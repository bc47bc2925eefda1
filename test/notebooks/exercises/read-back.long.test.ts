/**
 * The grader of notebook 04's second exercise: a job passes when it asks the log before it sends
 * again, and asks it for its own order: not for the last record, and not for an equal one.
 */
import assert from 'node:assert/strict'
import type { Consumer, Producer } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { readBack } from '../../../lib/src/notebook/exercises/read-back'

interface Order {
  id: string
  value: string
}

const sendOne = (producer: Producer, { id, value }: Order) =>
  producer.send({ topic: 'orders', messages: [{ key: id, value, headers: { id } }] })

/** The cell as the notebook has it. */
async function untouched({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 0 } })
  await producer.connect()
  for (const { id, value } of params.orders) {
    const messages = [{ key: id, value: value, headers: { id: id } }]
    const send = () => producer.send({ topic: 'orders', messages: messages })
    await send().catch(send)
  }
  await producer.disconnect()
}

/** The solution as the notebook has it. */
async function solution({ kafka, params }: App): Promise<void> {
  const [producer, admin] = [kafka.producer({ retry: { retries: 0 } }), kafka.admin()]
  const reader = kafka.consumer({ groupId: 'read-back' })
  await Promise.all([producer.connect(), admin.connect(), reader.connect()])
  const [seen, next] = [new Set<string>(), new Map<number, number>()]
  await reader.subscribe({ topics: ['orders'], fromBeginning: true })
  await reader.run({
    eachMessage: async ({ partition, message }) => {
      seen.add(String(message.headers?.id))
      next.set(partition, Number(message.offset) + 1)
    },
  })
  const readToTheEnd = async () => {
    const ends = await admin.fetchTopicOffsets('orders')
    const behind = () => ends.some((end) => (next.get(end.partition) ?? 0) < Number(end.high))
    while (behind()) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  for (const { id, value } of params.orders) {
    const messages = [{ key: id, value: value, headers: { id: id } }]
    while (!seen.has(id)) {
      const sending = producer.send({ topic: 'orders', messages: messages })
      await sending.then(() => seen.add(id), readToTheEnd)
    }
  }
  await Promise.all([producer.disconnect(), admin.disconnect(), reader.disconnect()])
}

/** Reads back as the solution does; `isThere` decides by all that was read, in order. */
function readingBack(
  isThere: (records: readonly { id: string; value: string }[], order: Order) => boolean,
): AppBody {
  return async ({ kafka, params }: App) => {
    const [producer, admin] = [kafka.producer({ retry: { retries: 0 } }), kafka.admin()]
    await Promise.all([producer.connect(), admin.connect()])
    const readAll = async (reader: Consumer) => {
      const ends = await admin.fetchTopicOffsets('orders')
      let unread = ends.reduce((sum, { high }) => sum + Number(high), 0)
      const records: { id: string; value: string }[] = []
      await reader.connect()
      await reader.subscribe({ topics: ['orders'], fromBeginning: true })
      await new Promise<void>((done) => {
        void reader.run({
          eachMessage: async ({ message }) => {
            records.push({ id: String(message.headers?.id), value: String(message.value) })
            unread -= 1
            if (unread === 0) done()
          },
        })
      })
      await reader.disconnect()
      return records
    }
    let times = 0
    for (const order of params.orders as Order[]) {
      for (let tries = 0; tries < 5; tries += 1) {
        if (
          await sendOne(producer, order).then(
            () => true,
            () => false,
          )
        )
          break
        times += 1
        const records = await readAll(kafka.consumer({ groupId: `read-back-${times}` }))
        if (isThere(records, order)) break
      }
    }
    await Promise.all([producer.disconnect(), admin.disconnect()])
  }
}

describe('Exercise 04: read back before sending again', () => {
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(readBack, body)
    assert.equal(passed, true, message)
  }
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(readBack, body)
    assert.equal(passed, false, message)
    for (const word of words) assert.match(message, word)
  }

  it('takes the solution', () => passes(solution))

  it('takes a log read from its beginning at each failure', () =>
    passes(readingBack((records, { id }) => records.some((record) => record.id === id))))

  it('refuses the untouched cell: it sends again without asking', () =>
    failsWith(untouched, /with an answer lost, coffee-c is in the log 4 times .* 3 times/))

  it('refuses a look at the last record only: another order may stand behind', () =>
    failsWith(
      readingBack((records, { id }) => records[records.length - 1]?.id === id),
      /with an answer lost, coffee-c is in the log [4-9] times/,
    ))

  it('refuses to take an equal order for its own', () =>
    failsWith(
      readingBack((records, order) => records.some(({ value }) => value === order.value)),
      /coffee-\w is in the log (not once|once|twice|3 times) and was ordered/,
    ))

  it('refuses to drop equal orders', () =>
    failsWith(async ({ kafka, params }: App) => {
      const producer = kafka.producer({ idempotent: false })
      await producer.connect()
      const orders = new Map((params.orders as Order[]).map((order) => [order.value, order]))
      for (const order of orders.values()) await sendOne(producer, order)
      await producer.disconnect()
    }, /without any fault, coffee-a is in the log once and was ordered twice/))

  it('refuses an idempotent producer: that is the other exercise', () =>
    failsWith(async ({ kafka, params }: App) => {
      const producer = kafka.producer({ idempotent: true })
      await producer.connect()
      for (const order of params.orders as Order[]) await sendOne(producer, order)
      await producer.disconnect()
    }, /coffee-a went out with a producer id/))

  it('refuses to give an order up', () =>
    failsWith(async ({ kafka, params }: App) => {
      const producer = kafka.producer({ retry: { retries: 0 } })
      await producer.connect()
      for (const order of params.orders as Order[]) {
        await sendOne(producer, order).catch(() => undefined)
      }
      await producer.disconnect()
    }, /with a request lost, coffee-f is in the log once/))

  it('refuses a job that does nothing, or sends values of its own', async () => {
    await failsWith(async () => {}, /without any fault, coffee-a is in the log not once/)
    await failsWith(async ({ kafka }: App) => {
      const producer = kafka.producer()
      await producer.connect()
      for (const value of ['x', 'y']) await sendOne(producer, { id: value, value })
      await producer.disconnect()
    }, /without any fault, coffee-a is in the log not once/)
  })
})
