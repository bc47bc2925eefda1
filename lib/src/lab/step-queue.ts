/**
 * One direction of a connection: steps run one after the other, first in, first out, and where none
 * of them has to wait, without a turn of the event loop.
 */

/** A promise when the next step has to wait for this one. */
export type Step = () => Promise<unknown> | undefined

export class StepQueue {
  private readonly waiting: Step[] = []
  private running = false

  /** @param whenIdle called each time the last step is through */
  constructor(private readonly whenIdle: () => void) {}

  push(step: Step): void {
    this.waiting.push(step)
    if (!this.running) this.run()
  }

  /** Forgets the steps that have not begun. */
  clear(): void {
    this.waiting.length = 0
  }

  get idle(): boolean {
    return !this.running && this.waiting.length === 0
  }

  private run(): void {
    this.running = true
    for (let step = this.waiting.shift(); step; step = this.waiting.shift()) {
      const work = step()
      if (work) return void work.then(() => this.run())
    }
    this.running = false
    this.whenIdle()
  }
}
