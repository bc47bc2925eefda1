/** Virtual time for tests: everything happens at once, in order, within `run`. */
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import type { AppEvents } from '../../../../lib/src/clusters/embedded/virtual-network'

interface Source {
  readonly nextAtMs: number | undefined
  advanceTo(nowMs: number): void
}

export class StubTime implements AppEvents {
  private readonly queue = new EventQueue()
  /** Whose event runs now. */
  owner: object | undefined
  /** What happens besides the apps' events, e.g. at brokers. */
  readonly sources: Source[] = []
  private nowMs = 0

  now(): number {
    return this.nowMs
  }

  at(delayMs: number, owner: object | undefined, run: () => void): void {
    this.queue.at(this.nowMs + delayMs, () => {
      this.owner = owner
      run()
      this.owner = undefined
    })
  }

  /** Until nothing is left to happen, or until `untilMs`. */
  run(untilMs = Infinity): void {
    for (;;) {
      const due = [this.queue.nextAtMs, ...this.sources.map(({ nextAtMs }) => nextAtMs)]
      const next = Math.min(...due.map((atMs) => atMs ?? Infinity))
      if (next === Infinity || next > untilMs) break
      this.nowMs = next
      for (const source of this.sources) if (source.nextAtMs === next) source.advanceTo(next)
      if (this.queue.nextAtMs === next) this.queue.runNext(next)
    }
    if (untilMs !== Infinity) this.nowMs = Math.max(this.nowMs, untilMs)
  }
}
