/** Apps to explore, and a bar that nobody sees. */
import type { App } from '../../../lib/src/lab'
import type { Progress } from '../../../lib/src/lab/progress'

export const silent: Progress = { step: () => undefined, done: () => undefined }

/** Sends one order without idempotence, as often as it is started. */
export async function shop({ kafka }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: false })
  await producer.connect()
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'order-1' }] })
  await producer.disconnect()
}

/** Charges an order before or after it commits its offset. */
export function billing(order: 'charge, commit' | 'commit, charge') {
  return async function billing({ kafka, effect, caughtUp }: App): Promise<void> {
    const consumer = kafka.consumer({ groupId: 'billing' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const offset = String(Number(message.offset) + 1)
        const charge = () => effect('charge', String(message.value))
        if (order === 'charge, commit') await charge()
        await consumer.commitOffsets([{ topic, partition, offset }])
        if (order === 'commit, charge') await charge()
      },
    })
    await caughtUp()
    await consumer.disconnect()
  }
}
