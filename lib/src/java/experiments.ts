/**
 * What the Java client does where texts about Kafka name its settings: four experiments on the
 * local cluster, each with the real client. An outcome is a sentence that does not change from run
 * to run; numbers that depend on the machine stay out of it.
 */
import { groupOffsets } from '../clusters/admin-groups'
import { produce } from '../clusters/admin-produce'
import { allReadable, readPartition } from '../clusters/observe'
import type { BrokerControl } from '../clusters/cluster'
import type { WireClient } from '../clusters/wire-client'
import type { LogBatch } from '../history/run'
import type { JavaProgram } from './java-program'

/** What is given to an experiment: a topic of one partition, and a way to run its program. */
export interface Bench {
  wire: WireClient
  control: BrokerControl
  brokerIds: readonly number[]
  /** `host:port,…` */
  brokers: string
  topic: string
  /** Starts the program of lib/java; the brokers come before the other words. */
  start(name: string, ...words: string[]): JavaProgram
}

/** By what was tried: what came of it. */
export type Outcomes = Record<string, string>

export interface JavaExperiment {
  question: string
  /** The outcome that says most. */
  headline: string
  run(bench: Bench): Promise<Outcomes>
}

const orders = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `order-${index + 1}` }))

const timesText = (times: number) => ['never', 'once', 'twice'][times] ?? `${times} times`

async function batches({ wire, topic }: Bench): Promise<LogBatch[]> {
  await allReadable(wire, topic, 1)
  return (await readPartition(wire, topic, 0)).batches
}

const acksAndIdempotence: JavaExperiment = {
  question: 'What becomes of idempotence when acks is not all?',
  headline: 'acks=0',
  async run(bench) {
    const program = bench.start('AcksAndIdempotence', bench.topic)
    await program.end()
    const log = await batches(bench)
    const outcomeOf = ([setting, what, message]: string[]): string => {
      if (what === 'refused') return `ConfigException: ${message}`
      const batch = log.find(({ records }) => records.some(({ value }) => value === setting))
      if (batch === undefined) throw new Error(`the log has no record of ${setting}`)
      return batch.producerId >= 0
        ? 'idempotent: the record carries a producer id'
        : 'not idempotent, without an error: the record carries no producer id'
    }
    return Object.fromEntries(program.lines.map((line) => [line[0], outcomeOf(line)]))
  },
}

const deliveryTimeout: JavaExperiment = {
  question: 'What does delivery.timeout.ms=3000 do when no broker answers?',
  headline: 'send() ends with',
  async run(bench) {
    const { control, brokerIds } = bench
    const program = bench.start('DeliveryTimeout', bench.topic)
    await program.line('order-1')
    await Promise.all(brokerIds.map((id) => control.pause(id)))
    try {
      program.goOn()
      await program.end()
    } finally {
      await Promise.all(brokerIds.map((id) => control.resume(id)))
    }
    await control.heal()
    const copies = (await batches(bench)).flatMap(({ records }) =>
      records.filter(({ value }) => value === 'order-2'),
    ).length
    const [, ended, seconds] = program.lines.find(([order]) => order === 'order-2') ?? []
    return {
      'send() ends with': `${ended} after ${seconds} s, whatever the number of retries`,
      'the log, once the brokers go on': `holds the order that "failed" ${timesText(copies)}`,
    }
  },
}

const autoCommit: JavaExperiment = {
  question: 'Auto-commit every 5 s, 100 ms a record: what is committed when the process ends?',
  headline: 'one poll of 100, close() after 30',
  async run(bench) {
    const { wire, topic } = bench
    await produce(wire, { topic, partition: 0 }, orders(100))
    const ended = async (most: string, how: string) => {
      const group = `${topic}-${most}-${how}`
      const program = bench.start('AutoCommit', topic, group, most, how)
      await program.end()
      const [found] = await groupOffsets(wire, group)
      return { processed: Number(program.lines[0]?.[1]), committed: found?.offset ?? 0 }
    }
    const whole = await ended('100', 'crash')
    const parts = await ended('10', 'crash')
    const closed = await ended('100', 'close')
    return {
      'one poll of 100, crash at 6 s':
        whole.committed === 0
          ? 'nothing is committed: all that was processed is processed again'
          : `${whole.committed} are committed`,
      'polls of 10, crash at 6 s':
        parts.committed > 0 && parts.committed <= parts.processed
          ? 'committed by a later poll, and nothing that was not processed: the rest repeats'
          : `${parts.committed} are committed, ${parts.processed} processed`,
      'one poll of 100, close() after 30': `${closed.committed} are committed, 30 were processed`,
    }
  },
}

const maxPollInterval: JavaExperiment = {
  question: 'What becomes of a handler that takes longer than max.poll.interval.ms?',
  headline: 'order-1 was processed',
  async run(bench) {
    const { wire, topic } = bench
    await produce(wire, { topic, partition: 0 }, orders(1))
    const program = bench.start('MaxPollInterval', topic, `${topic}-slow`)
    await program.end()
    const times = program.lines.filter(([what]) => what === 'processed').length
    const [, error] = program.lines.find(([what]) => what === 'commit failed') ?? []
    return {
      'the commit after the slow handler': error ?? 'is accepted',
      'order-1 was processed': timesText(times),
    }
  },
}

/** By name, as `javaClient` takes it. */
export const javaExperiments = {
  'acks-and-idempotence': acksAndIdempotence,
  'delivery-timeout': deliveryTimeout,
  'auto-commit': autoCommit,
  'max-poll-interval': maxPollInterval,
} satisfies Record<string, JavaExperiment>

export type JavaExperimentName = keyof typeof javaExperiments
