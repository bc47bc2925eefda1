/**
 * A machine of the cluster with the process on it: running, paused (SIGSTOP: whatever reaches it
 * waits, its timers too) or dead. A process that is started anew is another life of the same node:
 * what was meant for an earlier life is never delivered.
 */
import type { Timer, Timers } from './timers'

export type NodeState = 'running' | 'paused' | 'dead'

export class ClusterNode {
  /** Grows with every start. */
  life = 1
  private current: NodeState = 'running'
  /** What reached a paused node, in order. */
  private held: (() => void)[] = []
  /** Of the process: held while it is paused, gone with it. */
  readonly timers: Timers

  constructor(
    readonly id: number,
    time: Timers,
  ) {
    this.timers = {
      now: () => time.now(),
      after: (delayMs, run) => this.startTimer(time, delayMs, run),
    }
  }

  get state(): NodeState {
    return this.current
  }

  /** Runs work in this node: now, after the pause, or never when that life is over. */
  deliver(life: number, work: () => void): void {
    if (life !== this.life || this.current === 'dead') return
    if (this.current === 'paused') this.held.push(() => this.deliver(life, work))
    else work()
  }

  pause(): void {
    this.expect('running', 'paused')
    this.current = 'paused'
  }

  resume(): void {
    this.expect('paused', 'resumed')
    this.current = 'running'
    const held = this.held
    this.held = []
    for (const work of held) work()
  }

  die(): void {
    if (this.current === 'dead') throw new Error(`Broker ${this.id} is dead already`)
    this.current = 'dead'
    this.held = []
  }

  start(): void {
    this.expect('dead', 'started')
    this.current = 'running'
    this.life += 1
  }

  private startTimer(time: Timers, delayMs: number, run: () => void): Timer {
    const life = this.life
    let cancelled = false
    const timer = time.after(delayMs, () =>
      this.deliver(life, () => {
        if (!cancelled) run()
      }),
    )
    return {
      cancel() {
        cancelled = true
        timer.cancel()
      },
    }
  }

  private expect(state: NodeState, what: string): void {
    if (this.current === state) return
    throw new Error(`Broker ${this.id} is ${this.current}: it cannot be ${what}`)
  }
}
