/**
 * The three positions of a consumer, moment by moment: *fetched* is the end of the batch it has in
 * hand, *resolved* the next offset that its memory would hand over or fetch, *committed* what the
 * coordinator has. All are read from the record: kafkajs resolves a message when its handler
 * returns, and goes back to where the next batch begins when one throws. A crash takes the first
 * two away; only the committed position outlives it.
 */
import { frames, responses, type Frame } from '../history/frames'
import { nameOf } from '../history/messages'
import { operations, type Operation, type OperationOf } from '../history/operations'
import type { Run } from '../history/run'

/** Offsets, each the next one to come; undefined where the consumer has none. */
export interface Positions {
  fetched: number | undefined
  resolved: number | undefined
  /** 0 where nothing was ever committed. */
  committed: number
}

/** Something that happened, and the positions of its partition right after it. */
export interface ConsumerMoment extends Positions {
  /** Of the event in the history. */
  index: number
  /** `order-2 handed over`, `order-2: handler threw`, `charge order-2`, `commit 2`, `crash` */
  what: string
  topic: string
  partition: number
}

/** Every moment of the app's consumers, in order; an effect belongs to the partition in hand. */
export function consumerMoments(run: Run, app: string): ConsumerMoment[] {
  return new Walk(run, app).moments()
}

interface Step {
  index: number
  take: () => void
}

class Walk {
  private readonly found: ConsumerMoment[] = []
  private readonly places = new Map<string, Positions & { topic: string; partition: number }>()
  private inHand: { topic: string; partition: number } | undefined

  constructor(
    private readonly run: Run,
    private readonly app: string,
  ) {}

  moments(): ConsumerMoment[] {
    const steps: Step[] = operations(this.run.history)
      .filter(({ app }) => app === this.app)
      .flatMap((operation) => this.stepsOf(operation))
    const answers = responses(this.run.history)
    for (const request of frames(this.run.history)) {
      const { api, app, direction } = request
      if (app !== this.app || api !== 'OffsetCommit' || direction !== 'request') continue
      const answer = answers.get(request.frame)
      const { index } = answer ?? request
      steps.push({ index, take: () => this.commit(index, request, answer) })
    }
    for (const event of this.run.history) {
      if (event.type !== 'app' || event.app !== this.app || event.state !== 'crashed') continue
      steps.push({ index: event.index, take: () => this.crash(event.index) })
    }
    for (const { take } of steps.sort((one, other) => one.index - other.index)) take()
    return this.found
  }

  private stepsOf(operation: Operation): Step[] {
    const { start, end } = operation
    const at = (stamp: { index: number } | undefined, work: (index: number) => void): Step[] =>
      stamp === undefined ? [] : [{ index: stamp.index, take: () => work(stamp.index) }]
    switch (operation.operation) {
      case 'poll':
        return at(start, (index) => this.poll(operation, index))
      case 'handle':
        return [
          ...at(start, (index) => this.enter(operation, index)),
          ...at(end, (index) => this.leave(operation, index)),
        ]
      case 'effect':
        return at(start, (index) => {
          const { kind, id, recognised } = operation.value
          const known = recognised === true ? ' (known: not done again)' : ''
          if (this.inHand !== undefined) this.note(index, `${kind} ${id}${known}`, this.inHand)
        })
      default:
        return []
    }
  }

  private poll({ value }: OperationOf<'poll'>, index: number): void {
    const positions = { fetched: value.lastOffset + 1, resolved: value.firstOffset }
    this.note(index, `fetched ${rangeOf(value)}`, value, positions)
  }

  private enter({ value }: OperationOf<'handle'>, index: number): void {
    const [first] = value.messages
    if (first?.partition === undefined) return
    this.inHand = { topic: first.topic, partition: first.partition }
    this.note(index, `${namesOf(value.messages)} handed over`, this.inHand)
  }

  private leave({ value, outcome }: OperationOf<'handle'>, index: number): void {
    const last = value.messages[value.messages.length - 1]
    if (last?.partition === undefined || last.offset === undefined) return
    const place = { topic: last.topic, partition: last.partition }
    const returned = outcome === 'ok'
    const what = `${namesOf(value.messages)}: handler ${returned ? 'returned' : 'threw'}`
    this.note(index, what, place, returned ? { resolved: last.offset + 1 } : { fetched: undefined })
    this.inHand = undefined
  }

  /** The coordinator has it when its answer leaves, whoever hears of that. */
  private commit(index: number, { fields }: Frame, answer: Frame | undefined): void {
    for (const { topic, partition, offset } of fields.partitions ?? []) {
      const error = answer?.fields.partitions?.find((one) => one.partition === partition)?.error
      if (answer === undefined) this.note(index, `commit ${offset}: lost`, { topic, partition })
      else if (error !== undefined) {
        this.note(index, `commit ${offset}: ${error}`, { topic, partition })
      } else {
        const heard = answer.fate === 'delivered' ? '' : ', answer lost'
        this.note(index, `commit ${offset}${heard}`, { topic, partition }, { committed: offset! })
      }
    }
  }

  private crash(index: number): void {
    for (const place of this.places.values()) {
      this.note(index, 'crash', place, { fetched: undefined, resolved: undefined })
    }
    this.inHand = undefined
  }

  private note(
    index: number,
    what: string,
    { topic, partition }: { topic: string; partition: number },
    moved: Partial<Positions> = {},
  ): void {
    const key = `${topic}-${partition}`
    const none = { topic, partition, fetched: undefined, resolved: undefined, committed: 0 }
    const place = { ...(this.places.get(key) ?? none), ...moved }
    this.places.set(key, place)
    this.found.push({ index, what, ...place })
  }
}

function rangeOf({ firstOffset, lastOffset }: { firstOffset: number; lastOffset: number }): string {
  return firstOffset === lastOffset ? `${firstOffset}` : `${firstOffset} to ${lastOffset}`
}

function namesOf(messages: readonly { value: string | null }[]): string {
  const [first] = messages
  const last = messages[messages.length - 1]
  if (first === undefined || last === undefined) return 'nothing'
  return messages.length === 1
    ? nameOf(first.value)
    : `${nameOf(first.value)} to ${nameOf(last.value)}`
}
