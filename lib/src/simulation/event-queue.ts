/**
 * What is still to happen in the simulated cluster, in order of time. Events of one time run in the
 * order in which they were asked for, so that the same input always gives the same run. A binary
 * heap in which every event knows its place: one that is cancelled leaves at once, and timeouts
 * that rarely come due (a Produce waits up to 30 s, and is answered after 1 ms) do not pile up.
 */
import type { Timer, Timers } from './timers'

class QueuedEvent implements Timer {
  /** Its place in the heap; -1 once it has run or was cancelled. */
  place = -1

  constructor(
    private readonly queue: EventQueue,
    readonly atMs: number,
    readonly sequence: number,
    readonly run: () => void,
  ) {}

  cancel(): void {
    if (this.place >= 0) this.queue.remove(this)
  }

  isBefore(other: QueuedEvent): boolean {
    if (this.atMs !== other.atMs) return this.atMs < other.atMs
    return this.sequence < other.sequence
  }
}

export class EventQueue implements Timers {
  private readonly heap: QueuedEvent[] = []
  private nowMs = 0
  private sequence = 0

  now(): number {
    return this.nowMs
  }

  /** When the next event is due; undefined when there is none. */
  get nextAtMs(): number | undefined {
    return this.heap[0]?.atMs
  }

  after(delayMs: number, run: () => void): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`An event cannot be due ${delayMs} ms from now`)
    return this.at(this.nowMs + delayMs, run)
  }

  /** Runs `run` once, at that time, which must not be past. */
  at(atMs: number, run: () => void): Timer {
    if (!(atMs >= this.nowMs)) throw new RangeError(`${atMs} ms is before ${this.nowMs} ms`)
    const event = new QueuedEvent(this, atMs, this.sequence++, run)
    event.place = this.heap.length
    this.heap.push(event)
    this.rise(event)
    return event
  }

  /** Runs the next event if it is due at `untilMs` or before. */
  runNext(untilMs: number): boolean {
    const next = this.heap[0]
    if (next === undefined || next.atMs > untilMs) return false
    this.remove(next)
    this.nowMs = next.atMs
    next.run()
    return true
  }

  /** Nothing is due before `nowMs` any more: it is that late. */
  passTo(nowMs: number): void {
    if (nowMs < this.nowMs) {
      throw new RangeError(`Time cannot go back from ${this.nowMs} ms to ${nowMs} ms`)
    }
    this.nowMs = nowMs
  }

  /** Only for `QueuedEvent.cancel`. */
  remove(event: QueuedEvent): void {
    const last = this.heap.pop() as QueuedEvent
    const place = event.place
    event.place = -1
    if (last === event) return
    this.put(last, place)
    this.rise(last)
    this.sink(last)
  }

  private rise(event: QueuedEvent): void {
    while (event.place > 0) {
      const parent = this.heap[(event.place - 1) >> 1] as QueuedEvent
      if (!event.isBefore(parent)) return
      this.swap(event, parent)
    }
  }

  private sink(event: QueuedEvent): void {
    for (;;) {
      const left = this.heap[2 * event.place + 1]
      const right = this.heap[2 * event.place + 2]
      if (left === undefined) return
      const child = right !== undefined && right.isBefore(left) ? right : left
      if (!child.isBefore(event)) return
      this.swap(child, event)
    }
  }

  private swap(upward: QueuedEvent, downward: QueuedEvent): void {
    const { place } = upward
    this.put(upward, downward.place)
    this.put(downward, place)
  }

  private put(event: QueuedEvent, place: number): void {
    event.place = place
    this.heap[place] = event
  }
}
