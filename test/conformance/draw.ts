/** The parts that generated plans are put together from: clients, messages, apps, records. */
import type { Fault } from '../../lib/src/history/plan'
import type { AppSettings, Experiment } from '../../lib/src/lab'
import type { OutgoingMessage } from './bodies'
import type { Chance } from './chance'
import { crashesIn, requestTimeoutMs } from './generate-faults'

export type Parts = Pick<Experiment, 'topics' | 'faults'> & { apps: Record<string, AppSettings> }

/**
 * kafkajs settings: a run takes about a second also where something times out.
 * @param timeoutMs kafkajs's `requestTimeout`
 */
export function client(retries: number, timeoutMs = requestTimeoutMs) {
  const retry = { initialRetryTime: 50, maxRetryTime: 400, retries }
  return { requestTimeout: timeoutMs, connectionTimeout: 1000, retry }
}

/** An app that is restarted as often as the plan's faults can crash it. */
export function app(
  body: AppSettings['body'],
  params: unknown,
  { retries, faults }: { retries: number; faults: readonly Fault[] },
): AppSettings {
  const crashes = crashesIn(faults)
  return {
    body,
    params,
    client: client(retries),
    ...(crashes > 0 && { restart: { times: crashes } }),
  }
}

const keys = ['ann', 'bob', 'eve', 'joe', 'sue']

function messages(chance: Chance, values: string[], partitions: number): OutgoingMessage[] {
  const keyed = chance.happens(0.5)
  return values.map((value) =>
    keyed
      ? { value, key: chance.pick(keys) }
      : { value, partition: chance.integer(0, partitions - 1) },
  )
}

/** `m0`, `m1`, … from `from` on, in sends of one to three messages. */
export function sends(
  chance: Chance,
  { count, partitions, from = 0 }: { count: number; partitions: number; from?: number },
): OutgoingMessage[][] {
  let next = from
  return Array.from({ length: count }, () => {
    const size = chance.pick([1, 1, 2, 3])
    const values = Array.from({ length: size }, () => `m${next++}`)
    return messages(chance, values, partitions)
  })
}

/** One message per send, all to partition 0. */
export function singleSends(values: readonly string[]): OutgoingMessage[][] {
  return values.map((value) => [{ value, partition: 0 }])
}

/** Records `m0`, `m1`, … that a topic has before the apps start. */
export function seeds(chance: Chance, count: number, partitions: number) {
  return Array.from({ length: count }, (_, index) => ({
    value: `m${index}`,
    partition: chance.integer(0, partitions - 1),
  }))
}
