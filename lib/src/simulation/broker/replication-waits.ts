/**
 * Appends that wait until the high watermark has passed them, in the order of their offsets:
 * Kafka's purgatory of produce requests, for one partition. Moving the watermark touches only those
 * it passes. Nearly all are done long before their time is over, so one timer serves them all.
 */
import type { KafkaErrorName } from '../../protocol/errors'
import type { Timers } from '../timers'

interface ReplicationWait {
  /** The high watermark that is enough: the last offset plus one. */
  readonly requiredOffset: number
  /** Infinity: it waits for ever. */
  readonly deadlineMs: number
  /** Undefined once it was called. */
  done: ((error: KafkaErrorName) => void) | undefined
}

export class ReplicationWaits {
  private waits: ReplicationWait[] = []
  /** Before it all are done. */
  private first = 0
  /** When the timer is due; Infinity: none is set. */
  private timerAtMs = Infinity

  constructor(private readonly timers: Timers) {}

  add(requiredOffset: number, timeoutMs: number, done: (error: KafkaErrorName) => void): void {
    const deadlineMs = this.timers.now() + timeoutMs
    // Only a retry that was recognised waits for less than those before it.
    let place = this.waits.length
    while (place > this.first && requiredOffset < this.at(place - 1).requiredOffset) place -= 1
    const wait = { requiredOffset, deadlineMs, done }
    if (place === this.waits.length) this.waits.push(wait)
    else this.waits.splice(place, 0, wait)
    if (deadlineMs < this.timerAtMs) this.setTimer(deadlineMs)
  }

  passed(highWatermark: number): void {
    while (this.first < this.waits.length) {
      const wait = this.at(this.first)
      if (wait.done !== undefined && wait.requiredOffset > highWatermark) break
      this.first += 1
      settle(wait, 'NONE')
    }
    if (this.first > 1024 && this.first * 2 > this.waits.length) {
      this.waits = this.waits.slice(this.first)
      this.first = 0
    }
  }

  endAll(error: KafkaErrorName): void {
    const waits = this.waits.slice(this.first)
    this.waits = []
    this.first = 0
    for (const wait of waits) settle(wait, error)
  }

  private setTimer(deadlineMs: number): void {
    this.timerAtMs = deadlineMs
    this.timers.after(deadlineMs - this.timers.now(), () => {
      // A broker that was paused hears of it late.
      const nowMs = Math.max(deadlineMs, this.timers.now())
      if (this.timerAtMs === deadlineMs) this.endOverdue(nowMs)
    })
  }

  private endOverdue(nowMs: number): void {
    const waiting = this.waits.slice(this.first).filter(({ done }) => done !== undefined)
    const open = waiting.filter(({ deadlineMs }) => deadlineMs > nowMs)
    const next = Math.min(...open.map(({ deadlineMs }) => deadlineMs))
    this.timerAtMs = Infinity
    if (next < Infinity) this.setTimer(next)
    for (const wait of waiting) {
      if (wait.deadlineMs <= nowMs) settle(wait, 'REQUEST_TIMED_OUT')
    }
  }

  private at(place: number): ReplicationWait {
    return this.waits[place] as ReplicationWait
  }
}

function settle(wait: ReplicationWait, error: KafkaErrorName): void {
  const { done } = wait
  wait.done = undefined
  done?.(error)
}
