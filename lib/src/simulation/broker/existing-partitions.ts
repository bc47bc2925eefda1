/** Requests that name partitions for a coordinator: only those that exist get there. */
import { errorCode, type KafkaErrorName } from '../../protocol/errors'
import type { MetadataImage } from '../metadata-image'

export interface TopicPartitions<P> {
  topic: string
  partitions: P[]
}

type Result = { partition: number; errorCode: number }

/** Splits into what this broker has heard of and what it has not; empty topics are left out. */
export function splitByExistence<P>(
  { topics: known }: MetadataImage,
  topics: readonly TopicPartitions<P>[],
  indexOf: (partition: P) => number,
): { existing: TopicPartitions<P>[]; unknown: TopicPartitions<P>[] } {
  const select = (wanted: 'existing' | 'unknown') => {
    return topics
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.filter((partition) => {
          const exists = known.get(topic)?.partitions[indexOf(partition)] !== undefined
          return exists === (wanted === 'existing')
        }),
      }))
      .filter(({ partitions }) => partitions.length > 0)
  }
  return { existing: select('existing'), unknown: select('unknown') }
}

export function allWith<P>(
  topics: readonly TopicPartitions<P>[],
  indexOf: (partition: P) => number,
  error: KafkaErrorName,
): TopicPartitions<Result>[] {
  return topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((each) => ({
      partition: indexOf(each),
      errorCode: errorCode(error),
    })),
  }))
}

/** One list of results, a topic that is in both only once. */
export function merged(
  first: readonly TopicPartitions<Result>[],
  second: readonly TopicPartitions<Result>[],
): TopicPartitions<Result>[] {
  const topics = new Map<string, Result[]>()
  for (const { topic, partitions } of [...first, ...second]) {
    topics.set(topic, [...(topics.get(topic) ?? []), ...partitions])
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}
