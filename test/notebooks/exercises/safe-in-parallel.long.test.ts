/**
 * The second grader of notebook 07: a service passes when it charges in parallel, and a crash
 * neither loses a charge nor repeats one of the finished stretch at the beginning.
 */
import assert from 'node:assert/strict'
import type { ConsumerRunConfig, EachBatchPayload } from 'kafkajs'
import type { App, AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { safeInParallel } from '../../../lib/src/notebook/exercises'
import { service, work } from './charging-service'

type Finished = (payload: EachBatchPayload) => (offset: string) => Promise<unknown> | unknown

/** The batch in parallel; `finished` is told each offset that is charged. */
function parallel(settings: ConsumerRunConfig, finished: Finished): AppBody {
  return service(({ params, effect }: App) => ({
    ...settings,
    eachBatch: async (payload) => {
      const done = finished(payload)
      await Promise.all(
        payload.batch.messages.map(async (message) => {
          const order = message.value!.toString()
          await work(params.workMs[order])
          await effect('charge', order)
          await done(message.offset)
        }),
      )
    },
  }))
}

/** As the notebook has it. */
const lastFinished: Finished =
  ({ resolveOffset, commitOffsetsIfNecessary }) =>
  async (offset) => {
    resolveOffset(offset)
    await commitOffsetsIfNecessary()
  }

/** As the notebook's solution has it. */
const finishedPrefix: Finished = ({ batch, resolveOffset, commitOffsetsIfNecessary }) => {
  const done = new Set<string>()
  const rest = batch.messages.map(({ offset }) => offset)
  return async (offset) => {
    done.add(offset)
    while (rest.length > 0 && done.has(rest[0]!)) resolveOffset(rest.shift()!)
    await commitOffsetsIfNecessary()
  }
}

const highestFinished: Finished = ({ resolveOffset, commitOffsetsIfNecessary }) => {
  const highest = { offset: -1 }
  return async (offset) => {
    highest.offset = Math.max(highest.offset, Number(offset))
    resolveOffset(String(highest.offset))
    await commitOffsetsIfNecessary()
  }
}

describe('Exercise 07: safe in parallel', () => {
  const failsWith = async (body: AppBody, ...words: RegExp[]): Promise<void> => {
    const { passed, message } = await grade(safeInParallel, body)
    assert.equal(passed, false, message)
    for (const word of [...words, /order-[a-f]\d/]) assert.match(message, word)
  }
  const passes = async (body: AppBody): Promise<void> => {
    const { passed, message } = await grade(safeInParallel, body)
    assert.equal(passed, true, message)
  }

  it('takes the solution: the finished prefix', () =>
    passes(parallel({ autoCommitThreshold: 1 }, finishedPrefix)))

  it('takes the prefix committed by hand, from eachMessage', () => {
    const state = { running: [] as Promise<unknown>[] }
    const body = service(
      ({ params, effect }, consumer) => {
        const rests = new Map<number, { offset: string; done: boolean }[]>()
        return {
          autoCommit: false,
          eachMessage: async ({ topic, partition, message }) => {
            const rest = rests.get(partition) ?? []
            rests.set(partition, rest)
            const order = message.value!.toString()
            const own = { offset: message.offset, done: false }
            rest.push(own)
            const charge = async () => {
              await work(params.workMs[order])
              await effect('charge', order)
              own.done = true
              let offset = ''
              while (rest[0]?.done) offset = String(Number(rest.shift()!.offset) + 1)
              if (offset !== '') await consumer.commitOffsets([{ topic, partition, offset }])
            }
            state.running.push(charge())
          },
        }
      },
      { atEnd: () => Promise.all(state.running) },
    )
    return passes(async (app) => {
      state.running = []
      await body(app)
    })
  })

  it('refuses the untouched cell: the last finished offset', () =>
    failsWith(parallel({ autoCommitThreshold: 1 }, lastFinished), /order-b1 was never charged/))

  it('refuses the highest finished offset', () =>
    failsWith(parallel({ autoCommitThreshold: 1 }, highestFinished), /order-b1 was never charged/))

  it('refuses a shorter interval only', () =>
    failsWith(parallel({ autoCommitInterval: 1 }, lastFinished), /order-b1 was never charged/))

  it('refuses a commit at the end of the batch only', () =>
    failsWith(
      parallel({}, () => () => undefined),
      /order-c1 was charged again, though it and all before it/,
    ))

  it('refuses to work one by one', () =>
    failsWith(
      service(({ params, effect }) => ({
        autoCommitThreshold: 1,
        eachMessage: async ({ message }) => {
          await work(params.workMs[message.value!.toString()])
          await effect('charge', message.value!.toString())
        },
      })),
      /order-a1 and those after it were charged one by one/,
    ))

  it('refuses a hand-off that commits what was handed off', () => {
    const state = { running: [] as Promise<unknown>[] }
    const body = service(
      ({ params, effect }) => ({
        autoCommitThreshold: 1,
        eachMessage: async ({ message }) => {
          const order = message.value!.toString()
          state.running.push(work(params.workMs[order]).then(() => effect('charge', order)))
        },
      }),
      { atEnd: () => Promise.all(state.running) },
    )
    return failsWith(async (app) => {
      state.running = []
      await body(app)
    }, /order-b1 was never charged/)
  })

  it('refuses one order of its own', () =>
    failsWith(
      service(({ effect }) => ({ eachMessage: async () => effect('charge', 'order-1') })),
      /order-a1 was never charged/,
    ))

  it('refuses a service that does nothing', () =>
    failsWith(async () => {}, /without a crash, order-a1 was never charged/))
})
