/** The apps that are crashed, once inside the lab's process and once in one of their own. */
import type { App, AppBody } from '../../lib/src/lab'

async function shop({ kafka, store }: App): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (let number = store.get<number>('next') ?? 1; number <= 4; number++) {
    await producer.send({ topic: 'orders', messages: [{ value: `order-${number}` }] })
    await store.set('next', number + 1)
  }
  await producer.disconnect()
}

async function billing({ kafka, effect, caughtUp }: App): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => effect('charge', String(message.value)),
  })
  await caughtUp()
  await consumer.disconnect()
}

export const bodies: Record<string, AppBody> = { shop, billing }
