/**
 * The graders of notebook 12: the whole loop passes, also written by another road; with any piece
 * missing it fails, and the message names an order and when.
 */
import assert from 'node:assert/strict'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import type { Exercise } from '../../../lib/src/notebook/exercises/exercise'
import { missingPiece, wholeLoop } from '../../../lib/src/notebook/exercises/read-process-write'

interface Loop {
  /** `none`: records outside transactions. */
  id?: 'stable' | 'random' | 'none'
  offsets?: 'inside' | 'inside, n' | 'beside after' | 'beside before' | 'nowhere'
  autoCommit?: boolean
  afterAbort?: 'throw' | 'return'
  fence?: boolean
}

/** The loop as the notebook has it, with any piece exchanged. */
function loop({
  id = 'stable',
  offsets = 'inside',
  autoCommit = false,
  afterAbort = 'throw',
  fence = true,
}: Loop = {}): AppBody {
  return async ({ kafka, attempt, caughtUp }: App) => {
    const transactionalId = id === 'random' ? `billing-${attempt}` : 'billing-orders'
    const producer = kafka.producer(
      id === 'none'
        ? { idempotent: true }
        : { transactionalId, idempotent: true, maxInFlightRequests: 1 },
    )
    await producer.connect()
    if (fence && id !== 'none') await (await producer.transaction()).abort()
    const consumer = kafka.consumer({ groupId: 'billing' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run({
      autoCommit,
      eachMessage: async ({ topic, partition, message }) => {
        const { key, value } = message
        const next = String(Number(message.offset) + (offsets === 'inside, n' ? 0 : 1))
        const beside = () => consumer.commitOffsets([{ topic, partition, offset: next }])
        if (offsets === 'beside before') await beside()
        if (id === 'none') {
          await producer.send({ topic: 'charges', messages: [{ key, value }] })
        } else {
          const transaction = await producer.transaction()
          try {
            await transaction.send({ topic: 'charges', messages: [{ key, value }] })
            const topics = [{ topic, partitions: [{ partition, offset: next }] }]
            if (offsets.startsWith('inside')) {
              await transaction.sendOffsets({ consumerGroupId: 'billing', topics })
            }
            await transaction.commit()
          } catch (error) {
            await transaction.abort()
            if (afterAbort === 'throw') throw error
          }
        }
        if (offsets === 'beside after') await beside()
      },
    })
    await caughtUp()
    await consumer.disconnect()
    await producer.disconnect()
  }
}

/** Another road: a transaction per fetched batch. */
async function byBatch({ kafka, caughtUp }: App): Promise<void> {
  const producer = kafka.producer({ transactionalId: 'b', idempotent: true })
  await producer.connect()
  await (await producer.transaction()).abort()
  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { topic, partition, messages } }) => {
      const transaction = await producer.transaction()
      const offset = String(Number(messages[messages.length - 1]!.offset) + 1)
      try {
        await transaction.send({ topic: 'charges', messages })
        const topics = [{ topic, partitions: [{ partition, offset }] }]
        await transaction.sendOffsets({ consumerGroupId: 'billing', topics })
        await transaction.commit()
      } catch (error) {
        if (transaction.isActive()) await transaction.abort()
        throw error
      }
    },
  })
  await caughtUp()
  await consumer.disconnect()
}

async function hardCoded({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: true })
  await producer.connect()
  await producer.send({ topic: 'charges', messages: [{ value: 'order-1' }] })
  await producer.disconnect()
}

const passes = async (exercise: Exercise<AppBody>, body: AppBody): Promise<void> => {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, true, message)
}

const failsWith = async (
  exercise: Exercise<AppBody>,
  body: AppBody,
  ...words: RegExp[]
): Promise<void> => {
  const { passed, message } = await grade(exercise, body)
  assert.equal(passed, false, message)
  for (const word of words) assert.match(message, word)
}

describe('Exercise 12 ★: the missing piece', function () {
  this.timeout(120_000)

  it('takes the solution: the offset in the transaction', () => passes(missingPiece, loop()))

  it('refuses the untouched cell: the offset is committed after the transaction', () =>
    failsWith(
      missingPiece,
      loop({ offsets: 'beside after' }),
      /at most once refuted at \d+ of \d+ crash points/,
      /first at EndTxn commit, before the app hears the answer: order-b\d/,
    ))

  it('refuses the offset committed before the transaction', () =>
    failsWith(missingPiece, loop({ offsets: 'beside before' }), /at least once refuted/, /order-b/))

  it('refuses a value of its own', () => failsWith(missingPiece, hardCoded, /order-1 stands/))

  it('refuses a loop that does nothing', () =>
    failsWith(
      missingPiece,
      async () => {},
      /without any fault, order-a1 stands in charges 0 times/,
    ))
})

describe('Exercise 12 ★★: the whole loop', function () {
  this.timeout(120_000)

  it('takes the solution', () => passes(wholeLoop, loop()))

  it('takes a transaction per batch', () => passes(wholeLoop, byBatch))

  it('refuses the untouched cell: no transaction', () =>
    failsWith(
      wholeLoop,
      loop({ id: 'none', offsets: 'beside after' }),
      /with a crash after the first record was written, order-b\d stands in charges 2 times/,
    ))

  it('refuses a random transactional id: the dead one’s transaction hides what follows', () =>
    failsWith(wholeLoop, loop({ id: 'random' }), /order-b\d stands .* no read_committed reader/))

  it('refuses abort and return: the order is passed', () =>
    failsWith(
      wholeLoop,
      loop({ afterAbort: 'return' }),
      /with a request lost .*, order-c\d stands in charges 0 times/,
    ))

  it('refuses autoCommit: after an unknown commit it sets the offset back', () =>
    failsWith(
      wholeLoop,
      loop({ autoCommit: true }),
      /with the answer to a commit lost, order-d\d stands in charges 2 times/,
    ))

  it('refuses offset n: the last order comes again', () =>
    failsWith(wholeLoop, loop({ offsets: 'inside, n' }), /order-\w\d stands in charges 2 times/))

  it('refuses commitOffsets beside the transaction', () =>
    failsWith(wholeLoop, loop({ offsets: 'beside after' }), /order-\w\d/))

  it('refuses commitOffsets before the transaction', () =>
    failsWith(wholeLoop, loop({ offsets: 'beside before' }), /order-b\d stands in charges 0 times/))

  it('refuses offsets that are nowhere', () =>
    failsWith(wholeLoop, loop({ offsets: 'nowhere' }), /order-\w\d stands in charges [23] times/))

  it('refuses a value of its own', () => failsWith(wholeLoop, hardCoded, /order-1 stands/))

  it('refuses a loop that does nothing', () =>
    failsWith(wholeLoop, async () => {}, /without any fault, order-a1 stands in charges 0 times/))
})
