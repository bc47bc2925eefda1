/** Jobs that readers might hand in: they send each order, one by one, to `orders`. */
import type { App, AppBody } from '../../../lib/src/lab'

interface JobSettings {
  acks?: number
  idempotent?: boolean
  retries?: number
}

/** A job that sends each order; `failed` is what it does when a send rejects. */
export function job(
  { acks = -1, idempotent = false, retries = 5 }: JobSettings,
  failed: (error: unknown, again: () => Promise<unknown>) => unknown = (error) => {
    throw error
  },
): AppBody {
  return async ({ kafka, params }: App) => {
    const producer = kafka.producer({ idempotent, retry: { retries } })
    await producer.connect()
    for (const value of params.orders as string[]) {
      const send = () => producer.send({ topic: 'orders', acks, messages: [{ key: 'ann', value }] })
      await send().catch((error) => failed(error, send))
    }
    await producer.disconnect()
  }
}

/** Swallows the error of a send. */
export const goOn = () => undefined
