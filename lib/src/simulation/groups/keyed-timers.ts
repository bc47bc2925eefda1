/**
 * Timers known by a name: setting one again replaces it, as in Kafka's `CoordinatorTimer`. A group
 * has one for its join phase, one for its sync phase and one for every member's session.
 */
import type { Timer, Timers } from '../timers'

export class KeyedTimers {
  private readonly running = new Map<string, Timer>()

  constructor(private readonly timers: Timers) {}

  schedule(key: string, delayMs: number, run: () => void): void {
    this.cancel(key)
    const timer = this.timers.after(delayMs, () => {
      this.running.delete(key)
      run()
    })
    this.running.set(key, timer)
  }

  cancel(key: string): void {
    this.running.get(key)?.cancel()
    this.running.delete(key)
  }

  cancelAll(): void {
    for (const timer of this.running.values()) timer.cancel()
    this.running.clear()
  }
}
