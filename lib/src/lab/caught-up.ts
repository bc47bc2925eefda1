/**
 * Answers `caughtUp()` from the record alone, without waiting by time. A group has caught up when
 * every app without a consumer has ended and after that each partition of its topics was fetched by
 * a live member at the end of what it can see: the high watermark, or the last stable offset for
 * read_committed. kafkajs fetches on only when its handlers have returned, so such a Fetch proves
 * that all before it was handled. In a chain of apps one group's end is nothing as long as the
 * group before it has work: so all groups must be at their ends, each after the last Produce to
 * what it reads.
 */
import type { FrameEvent, HistoryEvent } from '../history/events'

export interface GroupReader {
  app: string
  attempt: number
  client: string
  group: string
}

interface Waiter {
  app: string
  attempt: number
  after: number
  resolve: () => void
  reject: (error: unknown) => void
}

export class CaughtUp {
  private readonly readers = new Map<string, GroupReader>()
  private readonly topics = new Map<string, Set<string>>()
  private readonly stoppedFor = new Map<string, unknown>()
  /** Fetch requests on their way, by frame. */
  private readonly fetches = new Map<number, FrameEvent>()
  private readonly responses = new Map<number, FrameEvent>()
  /** By reader and partition: when a Fetch that found the end had left. */
  private readonly atEnd = new Map<string, Map<string, number>>()
  private readonly unended: Set<string>
  private lastEndIndex = -1
  /** By topic: when the last Produce left or was answered. */
  private readonly lastProduce = new Map<string, number>()
  private waiters: Waiter[] = []

  /** @param partitions number of partitions by topic */
  constructor(
    apps: readonly string[],
    private readonly partitions: ReadonlyMap<string, number>,
  ) {
    this.unended = new Set(apps)
  }

  /**
   * Resolves when the groups of this attempt have caught up. Only a Fetch that left later than the
   * event with index `after` counts.
   */
  wait(app: string, attempt: number, after = -1): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ app, attempt, after, resolve, reject })
      this.check()
    })
  }

  subscribed(reader: GroupReader, topics: readonly string[]): void {
    this.readers.set(readerKey(reader), reader)
    const known = this.topics.get(reader.group) ?? new Set()
    for (const topic of topics) known.add(topic)
    this.topics.set(reader.group, known)
  }

  /** Whether something was produced later than the event with this index. */
  producedSince(index: number): boolean {
    return [...this.lastProduce.values()].some((last) => last > index)
  }

  /** The consumer left its group of its own will. */
  left(reader: GroupReader): void {
    this.forget(readerKey(reader))
    this.check()
  }

  /** kafkajs gave the consumer up: it will not come back. */
  stopped(reader: GroupReader, error: unknown): void {
    this.stoppedFor.set(readerKey(reader), error)
    this.check()
  }

  /** This attempt is gone. `final`: the app will not be started again. */
  attemptEnded(app: string, attempt: number, index: number, final: boolean): void {
    for (const [key, reader] of this.readers) {
      if (reader.app === app && reader.attempt === attempt) this.forget(key)
    }
    if (final) {
      this.unended.delete(app)
      this.lastEndIndex = index
    }
    this.waiters = this.waiters.filter((waiter) => waiter.app !== app || waiter.attempt !== attempt)
    this.check()
  }

  /** Told every event of the history. */
  observe(event: HistoryEvent): void {
    if (event.type === 'frame' && event.api === 'Produce') {
      for (const { topic } of event.fields.partitions ?? []) {
        this.lastProduce.set(topic, event.index)
      }
    }
    if (event.type === 'frame' && event.api === 'Fetch') {
      if (event.direction === 'request') this.fetches.set(event.frame, event)
      else if (event.fate === 'delivered') this.fetchAnswered(event)
      else this.responses.set(event.frame, event)
    } else if (event.type === 'fate') {
      const response = this.responses.get(event.frame)
      this.responses.delete(event.frame)
      if (response && event.fate === 'delivered') this.fetchAnswered(response)
    }
  }

  /** Partitions that an attempt waits for, in words. */
  missing(app: string, attempt: number, after = -1): string[] {
    const blocking = [...this.unended].filter((name) => !this.consumes(name) && name !== app)
    if (blocking.length > 0) return blocking.map((name) => `the end of ${name}`)
    const readers = [...this.readers].filter(
      ([key, reader]) =>
        (reader.app === app && reader.attempt === attempt) || !this.stoppedFor.has(key),
    )
    const groups = new Set(readers.map(([, reader]) => reader.group))
    return [...groups].flatMap((group) =>
      [...(this.topics.get(group) ?? [])].flatMap((topic) =>
        Array.from({ length: this.partitions.get(topic) ?? 1 }, (_, partition) => partition)
          .filter((partition) => !this.isAtEnd({ group, topic, partition }, after))
          .map((partition) => `${group} to reach the end of ${topic}-${partition}`),
      ),
    )
  }

  private fetchAnswered(response: FrameEvent): void {
    const request = this.fetches.get(response.request ?? -1)
    if (!request) return
    this.fetches.delete(request.frame)
    const committed = request.fields.isolationLevel === 'read_committed'
    const key = readerKey(request)
    const asked = new Map(
      (request.fields.partitions ?? []).map((entry) => [partitionKey(entry), entry.offset]),
    )
    for (const entry of response.fields.partitions ?? []) {
      const position = asked.get(partitionKey(entry))
      const end = committed ? entry.lastStableOffset : entry.highWatermark
      if (entry.error !== undefined || position === undefined || end === undefined) continue
      const ends = this.atEnd.get(key) ?? new Map<string, number>()
      if (position >= end) ends.set(partitionKey(entry), request.index)
      else ends.delete(partitionKey(entry))
      this.atEnd.set(key, ends)
    }
    this.check()
  }

  private check(): void {
    const waiting = this.waiters
    this.waiters = []
    for (const waiter of waiting) {
      const stopped = [...this.stoppedFor].find(([key]) => {
        const reader = this.readers.get(key)
        return reader?.app === waiter.app && reader.attempt === waiter.attempt
      })
      if (stopped) waiter.reject(stopped[1])
      else if (this.missing(waiter.app, waiter.attempt, waiter.after).length === 0) waiter.resolve()
      else this.waiters.push(waiter)
    }
  }

  private consumes(app: string): boolean {
    return [...this.readers.values()].some((reader) => reader.app === app)
  }

  private isAtEnd(
    { group, topic, partition }: { group: string; topic: string; partition: number },
    notBefore: number,
  ): boolean {
    const after = Math.max(notBefore, this.lastEndIndex, this.lastProduce.get(topic) ?? -1)
    const place = partitionKey({ topic, partition })
    return [...this.readers].some(
      ([key, reader]) => reader.group === group && (this.atEnd.get(key)?.get(place) ?? -1) > after,
    )
  }

  private forget(key: string): void {
    this.readers.delete(key)
    this.atEnd.delete(key)
  }
}

function readerKey(reader: { app: string; attempt: number; client: string }): string {
  return `${reader.app}/${reader.attempt}/${reader.client}`
}

function partitionKey(of: { topic: string; partition: number }): string {
  return `${of.topic}-${of.partition}`
}
