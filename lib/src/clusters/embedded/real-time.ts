/**
 * Drives a simulated cluster by the clock on the wall. The cluster is brought up to the present
 * before anything is done with it, and woken when something of its own is due. Timers of a process
 * are as fine as a millisecond, messages between brokers finer: what is due sooner is waited for
 * in turns of the event loop.
 */
import type { ServedCluster } from './broker-session'

export class RealTime {
  private readonly startMs = performance.now()
  private wakeAtMs = Infinity
  private cancelWake: () => void = () => undefined
  private stopped = false

  constructor(private readonly cluster: ServedCluster) {
    this.wakeWhenDue()
  }

  /** Does something with the cluster as it is now; `work` does not call this again. */
  act(work: () => void): void {
    if (this.stopped) return
    this.cluster.advanceTo(this.nowMs())
    work()
    this.wakeWhenDue()
  }

  /** Nothing happens any more. */
  stop(): void {
    this.stopped = true
    this.cancelWake()
  }

  private nowMs(): number {
    return performance.now() - this.startMs
  }

  private wakeWhenDue(): void {
    const atMs = this.cluster.nextAtMs ?? Infinity
    if (atMs === this.wakeAtMs || this.stopped) return
    this.cancelWake()
    this.wakeAtMs = atMs
    if (atMs !== Infinity) this.wakeIn(atMs - this.nowMs())
  }

  private wakeIn(delayMs: number): void {
    const wake = (): void => {
      this.wakeAtMs = Infinity
      this.act(() => undefined)
    }
    if (delayMs < 1) {
      const turn = setImmediate(wake)
      this.cancelWake = () => clearImmediate(turn)
    } else {
      const timer = setTimeout(wake, Math.floor(Math.min(delayMs, longestTimerMs)))
      this.cancelWake = () => clearTimeout(timer)
    }
  }
}

/** Beyond it Node's timers fire at once; woken too early, the cluster has nothing to do. */
const longestTimerMs = 2 ** 31 - 1
