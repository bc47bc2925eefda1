/** Time that moves only when a test says so. */
import type { Timer, Timers } from '../../../../lib/src/simulation/timers'

interface Due {
  atMs: number
  run: () => void
}

export class ManualTimers implements Timers {
  private nowMs = 0
  private due: Due[] = []

  now(): number {
    return this.nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.nowMs + delayMs, run }
    this.due.push(timer)
    return {
      cancel: () => {
        this.due = this.due.filter((other) => other !== timer)
      },
    }
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const next = this.due.reduce<Due | undefined>(
        (first, timer) => (first === undefined || timer.atMs < first.atMs ? timer : first),
        undefined,
      )
      if (next === undefined || next.atMs > endMs) break
      this.due = this.due.filter((timer) => timer !== next)
      this.nowMs = next.atMs
      next.run()
    }
    this.nowMs = endMs
  }

  get pending(): number {
    return this.due.length
  }
}
