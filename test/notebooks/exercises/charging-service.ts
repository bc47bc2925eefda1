/** Services that readers might hand in: they charge what is in `orders`. */
import type { App, AppBody } from '../../../lib/src/lab'
import type { Consumer, ConsumerConfig, ConsumerRunConfig } from 'kafkajs'

/** Quick work waits for nothing. */
export async function work(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}

interface Around {
  settings?: Partial<ConsumerConfig>
  atEnd?: () => Promise<unknown>
}

/** A service that runs its consumer as `running` says, until it has caught up. */
export function service(
  running: (app: App, consumer: Consumer) => ConsumerRunConfig,
  { settings, atEnd }: Around = {},
): AppBody {
  return async (app) => {
    const consumer = app.kafka.consumer({ groupId: 'billing', ...settings })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run(running(app, consumer))
    await app.caughtUp()
    await atEnd?.()
    await consumer.disconnect()
  }
}
