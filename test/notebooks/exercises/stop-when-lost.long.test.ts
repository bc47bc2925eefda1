/**
 * The second grader of notebook 08: a batch handler passes when it charges nothing that another
 * member owns by then, and lets another member have its share soon.
 */
import assert from 'node:assert/strict'
import type { ConsumerConfig, EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { AppBody } from '../../../lib/src/lab'
import { grade } from '../../../lib/src/notebook/check'
import { stopWhenLost } from '../../../lib/src/notebook/exercises'
import { service, work } from './charging-service'

interface Steps {
  beforeCharge?: (payload: EachBatchPayload) => Promise<unknown>
  afterCharge?: (payload: EachBatchPayload) => Promise<unknown>
  goOn?: (payload: EachBatchPayload) => boolean
}

const ignored = ({ heartbeat }: EachBatchPayload) => heartbeat().catch(() => undefined)
const asked = ({ heartbeat }: EachBatchPayload) => heartbeat()

function batches(
  { beforeCharge, afterCharge, goOn = () => true }: Steps,
  settings: Partial<ConsumerConfig> = { rebalanceTimeout: 1000 },
): AppBody {
  return service(
    ({ params, effect }) => ({
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        const one = async (message: KafkaMessage) => {
          const order = message.value!.toString()
          await work(params.workMs[order])
          await beforeCharge?.(payload)
          await effect('charge', order)
          payload.resolveOffset(message.offset)
          await afterCharge?.(payload)
        }
        for (const message of payload.batch.messages) if (goOn(payload)) await one(message)
      },
    }),
    { settings },
  )
}

describe('Exercise 08: stop working on lost ownership', () => {
  const failsWith = async (body: AppBody, word: RegExp): Promise<void> => {
    const { passed, message } = await grade(stopWhenLost, body)
    assert.equal(passed, false, message)
    assert.match(message, word)
    assert.match(message, /order-[a-d]\d/)
  }

  it('takes the solution: ask between the work and the charge, and stop', async () => {
    const { passed, message } = await grade(stopWhenLost, batches({ beforeCharge: asked }))
    assert.equal(passed, true, message)
  })

  it('takes asking before and after', async () => {
    const both = { beforeCharge: asked, afterCharge: asked }
    const { passed, message } = await grade(stopWhenLost, batches(both))
    assert.equal(passed, true, message)
  })

  it('refuses the untouched cell: heartbeats whose answer is ignored', () =>
    failsWith(
      batches({ afterCharge: ignored }),
      /joins in mid-batch, order-b\d+ was charged twice/,
    ))

  it('refuses to ignore the answer and let the rebalance wait', () =>
    failsWith(batches({ afterCharge: ignored }, { rebalanceTimeout: 60_000 }), /charges nothing/))

  it('refuses a longer session only', () =>
    failsWith(
      batches({ afterCharge: ignored }, { sessionTimeout: 30_000, rebalanceTimeout: 1000 }),
      /order-b\d+ was charged twice/,
    ))

  it('refuses to ask after the charge only', () =>
    failsWith(batches({ afterCharge: asked }), /outlasts the session, order-c3 was charged twice/))

  it('refuses asking, with sessions and rebalances so long that a successor waits', () =>
    failsWith(
      batches({ beforeCharge: asked }, { sessionTimeout: 20_000, rebalanceTimeout: 60_000 }),
      /outlasts the session, the second instance charges nothing at all/,
    ))

  it('refuses one order of its own', () =>
    failsWith(
      service(({ effect }) => ({ eachMessage: async () => effect('charge', 'order-1') })),
      /order-a1 was never charged/,
    ))

  it('refuses a service that does nothing', () =>
    failsWith(async () => {}, /order-a1 was never charged/))
})
