/**
 * A coordinator's log whose fate a test decides: it answers every append at once with one error, or
 * holds the answers until it is told. What it has not refused can be replayed.
 */
import type { KafkaErrorName } from '../../../../lib/src/protocol/errors'
import type {
  CoordinatorLog,
  CoordinatorRecord,
} from '../../../../lib/src/simulation/coordinator-log'
import type { GroupCoordinator } from '../../../../lib/src/simulation/groups/group-coordinator'

interface Producer {
  id: number
  epoch: number
}

interface Held {
  entry: Entry
  done: (error: KafkaErrorName) => void
}

type Entry =
  | { type: 'batch'; records: readonly CoordinatorRecord[]; producer: Producer | undefined }
  | { type: 'marker'; producerId: number; verdict: 'commit' | 'abort' }

const leavesNothing: readonly KafkaErrorName[] = ['NOT_ENOUGH_REPLICAS', 'NOT_LEADER_OR_FOLLOWER']

export class LogStub implements CoordinatorLog {
  mode: 'holds' | KafkaErrorName = 'NONE'
  private entries: Entry[] = []
  private held: Held[] = []

  constructor(private readonly trace: (line: string) => void) {}

  append(
    records: readonly CoordinatorRecord[],
    done: (error: KafkaErrorName) => void,
    producer?: Producer,
  ): void {
    const by = producer === undefined ? '' : ` in the transaction of producer ${producer.id}`
    for (const record of records) this.trace(`log: ${worded(record)}${by}`)
    const entry: Entry = { type: 'batch', records, producer }
    this.entries.push(entry)
    if (this.mode === 'holds') this.held.push({ entry, done })
    else this.answer({ entry, done }, this.mode)
  }

  /** Answers what is held, the oldest first. */
  release(count: number, error: KafkaErrorName): void {
    for (const held of this.held.splice(0, count)) this.answer(held, error)
  }

  marker(producerId: number, verdict: 'commit' | 'abort'): void {
    this.entries.push({ type: 'marker', producerId, verdict })
  }

  /** The same entries for another coordinator; nobody hears what was held. */
  replayInto(coordinator: GroupCoordinator): void {
    this.held = []
    for (const entry of this.entries) {
      if (entry.type === 'batch') coordinator.replay(entry.records, entry.producer)
      else coordinator.replayMarker(entry.producerId, entry.verdict)
    }
  }

  private answer({ entry, done }: Held, error: KafkaErrorName): void {
    if (leavesNothing.includes(error)) {
      this.entries = this.entries.filter((other) => other !== entry)
    }
    done(error)
  }
}

function worded({ key, value }: CoordinatorRecord): string {
  const { type, group, topic, partition } = JSON.parse(key)
  const name = type === 'group' ? `group ${group}` : `${group} ${topic}-${partition}`
  if (value === null) return `${name} removed`
  const { generation, members, offset } = JSON.parse(value)
  if (type === 'offset') return `${name} = ${offset}`
  const given = members.map(
    (member: { memberId: string; assignment: string }) =>
      `${member.memberId}:${Buffer.from(member.assignment, 'base64').toString()}`,
  )
  return `${name} generation ${generation} [${given.join(' ')}]`
}
