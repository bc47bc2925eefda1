/**
 * What a coordinator has appended and what has become of it (`CoordinatorRuntime`): state that is
 * read by clients changes when the high watermark has passed a record, in the order of the log, and
 * an answer that is no write itself waits for the writes before it. An answer waits no longer than
 * offsets.commit.timeout.ms; the record may still come true after that. Kafka's lingering, which
 * puts several writes into one batch, is left out.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { CoordinatorLog, CoordinatorRecord } from '../coordinator-log'
import type { Timers } from '../timers'
import { clientErrorOf, mayBeInLog } from './append-errors'

export interface Producer {
  readonly id: number
  readonly epoch: number
}

export interface Write {
  readonly records: readonly CoordinatorRecord[]
  /** Given for a transactional write. */
  readonly producer: Producer | undefined
  /** Grows along the log. */
  readonly order: number
}

interface WriteInFlight extends Write {
  /** `unknown` when the log could not say whether the records are there to stay. */
  fate: 'open' | 'unknown'
  readonly answers: Answer[]
  readonly refused: (error: KafkaErrorName) => void
}

interface Append {
  /** Without any, `done` hears when all that was appended before has been decided. */
  records: readonly CoordinatorRecord[]
  producer?: Producer
  /** Hears `NONE` or the error as a client is told it, once. */
  done: Answer
  /** The records are not in the log and will not be: takes back what was done in memory. */
  refused?: (error: KafkaErrorName) => void
}

type Answer = (error: KafkaErrorName) => void

interface Seams {
  readonly log: CoordinatorLog
  readonly timers: Timers
  readonly timeoutMs: number
  /** The high watermark has passed these records. */
  apply(write: Write): void
}

export class Writes {
  private inFlight: WriteInFlight[] = []
  private lastOrder = 0

  constructor(private readonly seams: Seams) {}

  /** The place in the log of records that are replayed. */
  nextOrder(): number {
    return ++this.lastOrder
  }

  append({ records, producer, done, refused = () => {} }: Append): void {
    if (records.length === 0) return this.afterWrites(done)
    const answers = [this.withTimeout(done)]
    const order = this.nextOrder()
    const write: WriteInFlight = { records, producer, order, fate: 'open', answers, refused }
    this.inFlight.push(write)
    this.seams.log.append(records, (error) => this.settle(write, error), producer)
  }

  private afterWrites(done: Answer): void {
    const last = this.inFlight.filter(({ fate }) => fate === 'open').at(-1)
    if (last === undefined) done('NONE')
    else last.answers.push(this.withTimeout(done))
  }

  /** The records that are appended and not yet applied. */
  get undecided(): readonly Write[] {
    return this.inFlight
  }

  /** The log is known to have got past everything whose fate was unknown. */
  confirmUnknown(): void {
    this.applyAll(this.inFlight.filter(({ fate }) => fate === 'unknown'))
  }

  /** No longer the leader: whoever waits hears NOT_COORDINATOR. */
  close(): void {
    const open = this.inFlight
    this.inFlight = []
    for (const { answers } of open) for (const answer of answers) answer('NOT_COORDINATOR')
  }

  private settle(write: WriteInFlight, error: KafkaErrorName): void {
    if (error === 'NONE') {
      const upTo = this.inFlight.indexOf(write)
      this.applyAll(
        this.inFlight.filter((one, at) => at === upTo || (at < upTo && one.fate === 'unknown')),
      )
    } else if (mayBeInLog(error)) {
      write.fate = 'unknown'
    } else {
      this.inFlight = this.inFlight.filter((other) => other !== write)
    }
    const told = clientErrorOf(error)
    for (const answer of write.answers) answer(told)
    if (error !== 'NONE' && !mayBeInLog(error)) write.refused(told)
  }

  private applyAll(decided: readonly WriteInFlight[]): void {
    this.inFlight = this.inFlight.filter((write) => !decided.includes(write))
    for (const write of decided) this.seams.apply(write)
  }

  private withTimeout(done: Answer): Answer {
    let answered = false
    const once: Answer = (error) => {
      if (answered) return
      answered = true
      timer.cancel()
      done(error)
    }
    const { timers, timeoutMs } = this.seams
    const timer = timers.after(timeoutMs, () => once(clientErrorOf('REQUEST_TIMED_OUT')))
    return once
  }
}
