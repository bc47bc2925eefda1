/**
 * The kafkajs that an app is given: kafkajs itself behind recording facades. Each producer,
 * consumer and admin lives on a connection pool of its own, as in kafkajs, and the record names it.
 */
import type { Socket } from 'node:net'
import type { Admin, Consumer, ConsumerConfig, Kafka, KafkaConfig, ProducerConfig } from 'kafkajs'
import type { LogEvent } from '../history/events'
import type { AppAttempt } from './app-attempt'
import type { CaughtUp } from './caught-up'
import { consumerFacade } from './facade-consumer'
import { instrumentation, passedOn, tableOf } from './facade-parts'
import { producerFacade } from './facade-producer'
import type { KafkaJs } from './kafkajs-module'
import { LabSocket } from './lab-socket'
import type { SocketOwner } from './lab-socket'

/** kafkajs client settings that the lab gives; an experiment's `client` overrides them. */
export const clientDefaults = { requestTimeout: 1000, connectionTimeout: 1000 }

/**
 * Consumer settings that the lab gives where the app's code names none: `disconnect()` waits for
 * the pending Fetch, and after a crash the group waits for the dead member's session.
 */
export const consumerDefaults = {
  maxWaitTimeInMs: 20,
  sessionTimeout: 2000,
  heartbeatInterval: 200,
}

export interface FacadeOptions {
  attempt: AppAttempt
  kafkajs: KafkaJs
  brokers: string[]
  /** Overrides of `clientDefaults`. */
  client: Record<string, unknown>
  caughtUp: CaughtUp
  socketOwner(client: string): SocketOwner
}

const adminMethods = [
  'listTopics',
  'createTopics',
  'deleteTopics',
  'createPartitions',
  'fetchTopicMetadata',
  'fetchTopicOffsets',
  'fetchTopicOffsetsByTimestamp',
  'fetchOffsets',
  'setOffsets',
  'resetOffsets',
  'deleteTopicRecords',
  'describeCluster',
  'describeGroups',
  'deleteGroups',
] as const

export function kafkaFacade(options: FacadeOptions): Kafka {
  const { attempt } = options
  const counts = { producer: 0, consumer: 0, admin: 0 }
  const offsets = new Map()
  const open = (kind: keyof typeof counts): { client: string; kafka: Kafka } => {
    attempt.requireRunning(`kafka.${kind}()`)
    const client = `${kind}-${++counts[kind]}`
    return { client, kafka: bareKafka(options, client, offsets) }
  }
  const { names, configured } = attempt.services
  return tableOf('kafka', {
    producer: (config: ProducerConfig = {}) => {
      const { client, kafka } = open('producer')
      configured(config)
      const { transactionalId } = config
      const inner = kafka.producer(names.argumentsOutside(config) as ProducerConfig)
      return producerFacade({ attempt, client, inner, transactionalId })
    },
    consumer: (config: ConsumerConfig): Consumer => {
      const { client, kafka } = open('consumer')
      configured(config)
      const outside = names.argumentsOutside({ ...consumerDefaults, ...config }) as ConsumerConfig
      const inner = kafka.consumer(outside)
      const group = config.groupId
      return consumerFacade({ attempt, client, inner, group, caughtUp: options.caughtUp })
    },
    admin: (config = {}): Admin => {
      const { client, kafka } = open('admin')
      return adminFacade(attempt, client, kafka.admin(config))
    },
    logger: () => bareKafka(options, 'logger', offsets).logger(),
  }) as unknown as Kafka
}

function adminFacade(attempt: AppAttempt, client: string, inner: Admin): Admin {
  const of = { attempt, client, inner }
  const passed = Object.fromEntries(adminMethods.map((name) => [name, passedOn(of, name)]))
  const { names } = attempt.services
  const mine = async () =>
    (await inner.listTopics())
      .filter((topic) => topic.startsWith(names.prefix))
      .map((topic) => names.inside(topic))
  return tableOf('admin', {
    ...passed,
    connect: () => attempt.operate('connect', client, {}, () => inner.connect()),
    disconnect: () => attempt.operate('disconnect', client, {}, () => inner.disconnect()),
    listTopics: () => attempt.alive(mine()),
    ...instrumentation(of as never),
  }) as unknown as Admin
}

/**
 * One kafkajs client. Producers and consumers of one `Kafka` share a table of offsets (so that a
 * consumer does not commit again what a transaction committed): it is shared here too.
 */
function bareKafka(options: FacadeOptions, client: string, offsets: Map<unknown, unknown>): Kafka {
  const { kafkajs, attempt, brokers } = options
  const owner = options.socketOwner(client)
  const config: KafkaConfig = {
    clientId: attempt.app,
    brokers,
    ...clientDefaults,
    ...options.client,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => (entry) => recordLog(attempt, entry),
    socketFactory: ({ host, port, onConnect }) => {
      attempt.requireRunning('a new connection')
      const socket = new LabSocket(owner, { host, port }, onConnect)
      attempt.sockets.add(socket)
      // kafkajs uses no more of a socket than LabSocket has.
      return socket as unknown as Socket
    },
  }
  const kafka = new kafkajs.Kafka(config)
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === 'private:Kafka:offsets',
  )
  if (!key) throw new Error('this kafkajs keeps its shared offsets elsewhere: use kafkajs 2.2.4')
  Object.assign(kafka, { [key]: offsets })
  return kafka
}

const levels: Record<number, LogEvent['level']> = { 1: 'error', 2: 'warn', 4: 'info', 5: 'debug' }
const shownExtras = ['error', 'retryTime', 'retryCount', 'groupId']

function recordLog(
  attempt: AppAttempt,
  entry: { namespace: string; level: number; log: { message: string; [key: string]: unknown } },
): void {
  if (!attempt.running) return
  const { names, recorder } = attempt.services
  const extra: LogEvent['extra'] = {}
  for (const name of shownExtras) {
    const value = entry.log[name]
    if (typeof value === 'string') extra[name] = names.insideText(value)
    else if (typeof value === 'number' || typeof value === 'boolean') extra[name] = value
  }
  recorder.record({
    type: 'log',
    app: attempt.app,
    attempt: attempt.attempt,
    level: levels[entry.level] ?? 'info',
    namespace: entry.namespace,
    message: names.insideText(entry.log.message),
    extra,
  })
}
