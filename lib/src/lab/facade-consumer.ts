/** The recording facade of a kafkajs consumer: what it takes up, what its handlers do. */
import type {
  Batch,
  Consumer,
  ConsumerRunConfig,
  EachBatchPayload,
  EachMessagePayload,
  KafkaMessage,
} from 'kafkajs'
import type { MessageRef } from '../history/events'
import type { CaughtUp } from './caught-up'
import { instrumentation, passedOn, tableOf } from './facade-parts'
import type { ClientOf } from './facade-parts'
import { headerText, textOf } from './message-text'

interface ConsumerOf extends ClientOf<Consumer> {
  group: string
  caughtUp: CaughtUp
}

export function consumerFacade(of: ConsumerOf): Consumer {
  const { attempt, client, group, inner, caughtUp } = of
  const { names } = attempt.services
  const reader = { app: attempt.app, attempt: attempt.attempt, client, group }
  recordPolls(of)
  inner.on('consumer.crash', ({ payload }) => {
    if (payload.restart) return
    names.errorInside(payload.error)
    caughtUp.stopped(reader, payload.error)
  })
  const methods = {
    connect: () => attempt.operate('connect', client, {}, () => inner.connect()),
    disconnect: () => {
      caughtUp.left(reader)
      return attempt.operate('disconnect', client, {}, () => inner.disconnect())
    },
    subscribe: (subscription: Parameters<Consumer['subscribe']>[0]) => {
      const topics = subscribedTopics(subscription)
      caughtUp.subscribed(reader, topics)
      const outside = { topics: topics.map((topic) => names.outside(topic)) }
      const { fromBeginning } = subscription
      return attempt.alive(inner.subscribe({ ...outside, fromBeginning }))
    },
    run: (config: ConsumerRunConfig = {}) => attempt.alive(inner.run(recordedRun(of, config))),
    seek: passedOn(of, 'seek'),
    pause: passedOn(of, 'pause'),
    paused: passedOn(of, 'paused'),
    resume: passedOn(of, 'resume'),
    stop: passedOn(of, 'stop'),
    commitOffsets: passedOn(of, 'commitOffsets'),
    describeGroup: passedOn(of, 'describeGroup'),
    ...instrumentation(of as never),
  }
  return tableOf('consumer', methods) as unknown as Consumer
}

function subscribedTopics(subscription: Parameters<Consumer['subscribe']>[0]): string[] {
  const given =
    'topics' in subscription ? subscription.topics : [(subscription as { topic: unknown }).topic]
  for (const topic of given) {
    if (typeof topic === 'string') continue
    throw new Error(`subscribe() takes topic names in the lab: ${String(topic)} is not one`)
  }
  return given as string[]
}

function recordPolls({ attempt, client, group, inner }: ConsumerOf): void {
  const { names, recorder } = attempt.services
  inner.on('consumer.start_batch_process', ({ payload }) => {
    if (!attempt.running) return
    recorder.record({
      type: 'ok',
      app: attempt.app,
      attempt: attempt.attempt,
      operation: 'poll',
      call: recorder.nextId(),
      client,
      value: {
        group,
        topic: names.inside(payload.topic),
        partition: payload.partition,
        firstOffset: Number(payload.firstOffset),
        lastOffset: Number(payload.lastOffset),
        size: payload.batchSize,
      },
    })
  })
}

/** The reader's handlers, recorded at entry and return; a dead app's handlers never return. */
function recordedRun(of: ConsumerOf, config: ConsumerRunConfig): ConsumerRunConfig {
  const { eachMessage, eachBatch, ...rest } = config
  return {
    ...rest,
    ...(eachMessage && {
      eachMessage: (payload: EachMessagePayload) => {
        const topic = of.attempt.services.names.inside(payload.topic)
        const { partition, message } = payload
        const inside = { ...payload, topic, heartbeat: guarded(of, payload.heartbeat) }
        return handle(of, [handledRef(topic, partition, message)], () => eachMessage(inside))
      },
    }),
    ...(eachBatch && {
      eachBatch: (payload: EachBatchPayload) => {
        const inside = batchInside(of, payload)
        const { topic, partition, messages } = inside.batch
        const refs = messages.map((message) => handledRef(topic, partition, message))
        return handle(of, refs, () => eachBatch(inside))
      },
    }),
  }
}

function handle(
  { attempt, client, group }: ConsumerOf,
  messages: MessageRef[],
  work: () => Promise<void>,
): Promise<void> {
  return attempt.operate('handle', client, { group, messages }, async (call) => {
    const values = messages.map(({ value }) => value)
    attempt.beginHandling(call, values)
    try {
      await work()
    } finally {
      attempt.endHandling(call)
    }
  })
}

function batchInside(of: ConsumerOf, payload: EachBatchPayload): EachBatchPayload {
  const { names } = of.attempt.services
  const topic = names.inside(payload.batch.topic)
  const batch = Object.create(payload.batch, { topic: { value: topic, enumerable: true } }) as Batch
  return {
    ...payload,
    batch,
    heartbeat: guarded(of, payload.heartbeat),
    commitOffsetsIfNecessary: (offsets) =>
      of.attempt.alive(
        payload.commitOffsetsIfNecessary(names.argumentsOutside(offsets) as typeof offsets),
      ),
    uncommittedOffsets: () =>
      names.resultInside(payload.uncommittedOffsets()) as ReturnType<
        EachBatchPayload['uncommittedOffsets']
      >,
  }
}

function guarded({ attempt }: ConsumerOf, heartbeat: () => Promise<void>): () => Promise<void> {
  return () => attempt.alive(heartbeat())
}

function handledRef(topic: string, partition: number, message: KafkaMessage): MessageRef {
  const cause = headerText(message.headers?.['cause'])
  return {
    topic,
    partition,
    offset: Number(message.offset),
    value: textOf(message.value),
    ...(message.key !== null && { key: textOf(message.key) }),
    ...(cause !== undefined && { cause }),
  }
}
