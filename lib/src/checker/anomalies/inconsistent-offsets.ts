/**
 * inconsistent-offsets: one offset of a partition holds two values, depending on whom one asks: an
 * acknowledgement, a consumer, the leader's log, or a replica's disk.
 *
 * Sound for acknowledgements and reads: a record never moves, so two values told for one offset
 * mean that one of them was replaced, or was acknowledged without being there. For replicas only
 * records of the same leader epoch are compared (Raft's log matching, which Kafka's replication
 * asserts too): a dead leader may well hold records of an older epoch that nobody had confirmed,
 * and will truncate them when it returns.
 */
import type { TopicPartitionOffset } from '../../history/events'
import { nameOf, placeOf } from '../../history/messages'
import { operationsNamed } from '../../history/operations'
import type { Run } from '../../history/run'
import { acknowledgedPlace } from '../acknowledged'
import type { Anomaly } from '../anomaly'
import { logRecords } from '../log-records'
import { toldSends } from '../told'

interface Claim {
  place: TopicPartitionOffset
  value: string | null
  source: string
  /** Set by logs and replicas: a claim about this epoch's record only. */
  leaderEpoch?: number
}

function* toldClaims(run: Run): Generator<Claim> {
  for (const { send } of toldSends(run)) {
    for (const [position, { value }] of send.value.messages.entries()) {
      const place = acknowledgedPlace(send, position)
      if (place !== undefined) yield { place, value, source: 'an acknowledgement' }
    }
  }
  for (const {
    value: { group, messages },
  } of operationsNamed(run.history, 'handle')) {
    for (const { topic, partition, offset, value } of messages) {
      if (partition === undefined || offset === undefined) continue
      yield { place: { topic, partition, offset }, value, source: `a consumer of ${group}` }
    }
  }
}

function* logClaims(run: Run): Generator<Claim & { leaderEpoch: number }> {
  for (const { topic, partition, offset, record, batch } of logRecords(run)) {
    const place = { topic, partition, offset }
    const { leaderEpoch } = batch
    yield { place, value: record.value, source: 'the log', leaderEpoch }
  }
  for (const { topic, partition, broker, batches } of run.replicaLogs) {
    for (const { leaderEpoch, records } of batches) {
      for (const { offset, value } of records) {
        const place = { topic, partition, offset }
        yield { place, value, source: `the disk of broker ${broker}`, leaderEpoch }
      }
    }
  }
}

/** Compares each claim with the first one under its key, and reports the first that differs. */
class Claims {
  readonly anomalies: Anomaly[] = []
  private readonly first = new Map<string, Claim>()
  private readonly reported = new Set<string>()

  compare(key: string, claim: Claim): void {
    const known = this.first.get(key)
    if (known === undefined) this.first.set(key, claim)
    else if (known.value !== claim.value && !this.reported.has(key)) {
      this.reported.add(key)
      this.anomalies.push({
        name: 'inconsistent-offsets',
        topic: claim.place.topic,
        values: [known.value, claim.value],
        offsets: [claim.place],
        message:
          `${placeOf(claim.place)} holds ${nameOf(known.value)} for ${known.source}` +
          ` and ${nameOf(claim.value)} for ${claim.source}`,
      })
    }
  }
}

export function inconsistentOffsets(run: Run): Anomaly[] {
  const told = new Claims()
  const stored = new Claims()
  for (const claim of logClaims(run)) {
    if (claim.source === 'the log') told.compare(placeOf(claim.place), claim)
    if (run.replicaLogs.length === 0) continue
    stored.compare(`${placeOf(claim.place)}/${claim.leaderEpoch}`, claim)
  }
  for (const claim of toldClaims(run)) told.compare(placeOf(claim.place), claim)
  return [...told.anomalies, ...stored.anomalies]
}
