/**
 * Appends that wait until the high watermark has passed them, in the order of their offsets: Kafka's
 * purgatory of produce requests, for one partition. Moving the watermark touches only those it
 * passes.
 */
import type { KafkaErrorName } from '../../protocol/errors'

export interface ReplicationWait {
  /** The high watermark that is enough: the last offset plus one. */
  readonly requiredOffset: number
  /** Undefined once it was called or nobody waits any more. */
  done: ((error: KafkaErrorName) => void) | undefined
}

export class ReplicationWaits {
  private waits: ReplicationWait[] = []
  /** Before it all are done. */
  private first = 0

  add(requiredOffset: number, done: (error: KafkaErrorName) => void): ReplicationWait {
    const wait: ReplicationWait = { requiredOffset, done }
    // Only a retry that was recognised waits for less than those before it.
    let place = this.waits.length
    while (place > this.first && requiredOffset < this.at(place - 1).requiredOffset) place -= 1
    if (place === this.waits.length) this.waits.push(wait)
    else this.waits.splice(place, 0, wait)
    return wait
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

  private at(place: number): ReplicationWait {
    return this.waits[place] as ReplicationWait
  }
}

function settle(wait: ReplicationWait, error: KafkaErrorName): void {
  const { done } = wait
  wait.done = undefined
  done?.(error)
}
