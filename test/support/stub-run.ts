/** Runs an experiment against one stub broker: everything of the lab but a cluster. */
import type { History } from '../../lib/src/history/events'
import { frames } from '../../lib/src/history/frames'
import type { Frame } from '../../lib/src/history/frames'
import type { AppOutcome } from '../../lib/src/history/run'
import type { App, AppBody, Experiment } from '../../lib/src/lab'
import { Execution } from '../../lib/src/lab/execution'
import { Names } from '../../lib/src/lab/names'
import { checkPlan, planOf } from '../../lib/src/lab/plan'
import type { Cluster } from '../../lib/src/clusters/cluster'
import { reality } from '../../lib/src/clusters/reality'
import { WireClient } from '../../lib/src/clusters/wire-client'
import type { StubBroker } from './stub-broker'

export interface StubRun {
  history: History
  apps: Record<string, AppOutcome>
  /** What ended the run before its time. */
  error?: Error
  produced: readonly Frame[]
}

/** Settings under which kafkajs tries again within milliseconds. */
export const quick = { requestTimeout: 150, retry: { initialRetryTime: 5, retries: 5 } }

/** Sends values one after the other, each acknowledged as `acks` says. */
export function sender(values: string[], acks = -1): AppBody {
  return async ({ kafka }: App) => {
    const producer = kafka.producer()
    await producer.connect()
    for (const value of values) {
      await producer.send({ topic: 'orders', acks, messages: [{ value }] })
    }
    await producer.disconnect()
  }
}

/** Sends values without waiting for one another, once the connection is warm. */
export function pipeliner(values: string[], acks = -1): AppBody {
  return async ({ kafka }: App) => {
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: 'orders', messages: [{ value: 'warm' }] })
    const send = (value: string) => producer.send({ topic: 'orders', acks, messages: [{ value }] })
    await Promise.all(values.map(send))
    await producer.disconnect()
  }
}

export async function runOnStub(
  broker: StubBroker,
  experiment: Partial<Experiment> & Pick<Experiment, 'apps'>,
): Promise<StubRun> {
  const { plan, bodies } = planOf({ topics: { orders: {} }, ...experiment })
  const address = { id: 1, host: '127.0.0.1', port: broker.port }
  checkPlan(plan, bodies, { brokers: [1], brokerActs: 'real' })
  const wire = new WireClient({ brokers: [address], clientId: 'test' })
  const cluster: Cluster = {
    kind: 'own',
    kafkaVersion: 'stub',
    brokers: [address],
    wire,
    ...reality,
  }
  const execution = new Execution(plan, bodies, cluster, new Names('lab-', new Map()))
  let error: Error | undefined
  try {
    await execution.run()
  } catch (thrown) {
    error = thrown as Error
  } finally {
    await wire.close()
  }
  const history = execution.recorder.events
  const produced = frames(history).filter(({ api }) => api === 'Produce')
  return { history, apps: execution.outcomes, ...(error && { error }), produced }
}
