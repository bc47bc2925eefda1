/**
 * The link between one app and one broker, and the directions of the connections on it. What is
 * sent in a direction arrives in its order, each after a seeded latency. While the link is cut
 * nothing arrives; once mended, everything does that was held, as TCP would send it again. Left
 * out: bandwidth, chunks joined or split on the way, TCP's own timeouts (a cut can last for ever).
 */

/** Runs something once, that many milliseconds from now. */
export type Schedule = (delayMs: number, run: () => void) => void

export interface LatencyRange {
  min: number
  max: number
}

export class VirtualLink {
  private cut = false
  private readonly stopped = new Set<Direction>()

  /** @param random numbers in [0, 1), of this link alone */
  constructor(
    private readonly random: () => number,
    private readonly latencyMs: LatencyRange,
  ) {}

  nextLatencyMs(): number {
    const { min, max } = this.latencyMs
    return min + this.random() * (max - min)
  }

  get isCut(): boolean {
    return this.cut
  }

  /** Until it is mended. */
  cutOff(): void {
    this.cut = true
  }

  mend(): void {
    this.cut = false
    const stopped = [...this.stopped]
    this.stopped.clear()
    for (const direction of stopped) direction.goOn()
  }

  /** Only for `Direction`: it goes on when the link is mended. */
  holds(direction: Direction): void {
    this.stopped.add(direction)
  }

  /** Only for `Direction`. */
  forgets(direction: Direction): void {
    this.stopped.delete(direction)
  }
}

interface Sent {
  /** At this time, or right behind the one before. */
  arrivesAtMs: number
  arrive: () => void
}

export class Direction {
  /** In the order in which they were sent, and in which they arrive. */
  private readonly underWay: Sent[] = []
  private state: 'idle' | 'moving' | 'closed' = 'idle'

  constructor(
    private readonly link: VirtualLink,
    private readonly now: () => number,
    private readonly schedule: Schedule,
  ) {}

  send(arrive: () => void): void {
    if (this.state === 'closed') return
    this.underWay.push({ arrivesAtMs: this.now() + this.link.nextLatencyMs(), arrive })
    if (this.state === 'idle') this.move()
  }

  /** What is under way is gone, and nothing more can be sent. */
  close(): void {
    this.state = 'closed'
    this.underWay.length = 0
    this.link.forgets(this)
  }

  /** After a cut: what was held travels now. */
  goOn(): void {
    const [first] = this.underWay
    if (first) first.arrivesAtMs = this.now() + this.link.nextLatencyMs()
    this.move()
  }

  private move(): void {
    const [next] = this.underWay
    if (next === undefined) {
      this.state = 'idle'
      return
    }
    this.state = 'moving'
    this.schedule(Math.max(0, next.arrivesAtMs - this.now()), () => this.arriveNext())
  }

  private arriveNext(): void {
    if (this.state === 'closed') return
    if (this.link.isCut) {
      this.link.holds(this)
      return
    }
    this.underWay.shift()?.arrive()
    if (this.state === 'moving') this.move()
  }
}
