/**
 * An anomaly: something in a run that a reader of Kafka's documentation might not expect, with the
 * witness that shows it. The names are Jepsen's where Jepsen has one. Some are allowed by design
 * (a producer that does not wait may be reordered); an anomaly is a finding, not an accusation.
 */
import type { TopicPartitionOffset } from '../history/events'
import { placeOf } from '../history/messages'
import type { LedgerRow } from './ledger'

export type AnomalyName =
  | 'lost-write'
  | 'missing'
  | 'duplicate'
  | 'false-failure'
  | 'unknown-outcome'
  | 'nonmonotonic-send'
  | 'inconsistent-offsets'
  | 'torn-transaction'
  | 'aborted-read'
  | 'unseen'
  | 'skipped'
  | 'reprocessed'

export interface Anomaly {
  name: AnomalyName
  topic: string
  /** The messages it is about, in the order of the sentence. */
  values: (string | null)[]
  /** The places in the logs that bear witness. */
  offsets: TopicPartitionOffset[]
  /** The sink, for anomalies of processing. */
  sink?: string
  /** The group, for anomalies of reading. */
  group?: string
  /** One sentence that names the messages and the offsets. */
  message: string
}

/** The places of a row where the message stands: aborted and open records left out. */
export function standingPlaces({ topic, offsets }: LedgerRow): TopicPartitionOffset[] {
  return offsets
    .filter(({ state }) => state === 'plain' || state === 'committed')
    .map(({ partition, offset }) => ({ topic, partition, offset }))
}

/** Places in a sentence: `orders-0@2, orders-0@5`. */
export function places(offsets: readonly TopicPartitionOffset[]): string {
  return offsets.map(placeOf).join(', ')
}
