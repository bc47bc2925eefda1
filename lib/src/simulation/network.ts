/**
 * Messages between the nodes of a cluster: each takes a seeded latency and none overtakes another
 * of the same direction, as on one TCP connection per pair. A cut holds what is sent until it is
 * mended (TCP sends again), a paused node reads later, and a dead one refuses: whoever waits for
 * its answer hears that. Kafka's own request timeouts between brokers (30 s) are left out.
 */
import type { EventQueue } from './event-queue'
import type { ClusterNode } from './node'

/** One direction between two nodes. */
interface Link {
  /** When the message sent last arrives. */
  lastAtMs: number
  /**
   * While the link is cut: what was under way then and has come as far as it could, and what was
   * sent since.
   */
  held: { underWay: (() => void)[]; sent: (() => void)[] } | undefined
}

interface PendingCall {
  failed: () => void
}

export interface Call<Answer> {
  /** Runs in the node called; `answer` may be called then or later, once. */
  serve: (answer: (value: Answer) => void) => void
  /** Runs in the caller. */
  answered: (value: Answer) => void
  /** Runs in the caller: the node is dead, or died before it answered. */
  failed: () => void
}

export interface NetworkOptions {
  queue: EventQueue
  random: () => number
  latencyMs: { min: number; max: number }
}

export class Network {
  private readonly links = new Map<ClusterNode, Map<ClusterNode, Link>>()
  /** Calls without answer, by the node called. */
  private readonly pending = new Map<ClusterNode, Map<PendingCall, ClusterNode>>()

  constructor(private readonly options: NetworkOptions) {}

  send(from: ClusterNode, to: ClusterNode, work: () => void): void {
    const { life } = to
    this.transmit(from, to, () => to.deliver(life, work))
  }

  call<Answer>(from: ClusterNode, to: ClusterNode, call: Call<Answer>): void {
    const { life } = from
    const { life: calledLife } = to
    const calls = this.callsTo(to)
    const pending = { failed: () => from.deliver(life, call.failed) }
    calls.set(pending, from)
    const answer = (value: Answer): void => {
      this.transmit(to, from, () => {
        if (calls.delete(pending)) from.deliver(life, () => call.answered(value))
      })
    }
    this.transmit(from, to, () => {
      // A process that was started since knows nothing of this connection.
      if (to.state === 'dead' || to.life !== calledLife) this.refuse(pending, from, to)
      else to.deliver(calledLife, () => call.serve(answer))
    })
  }

  /** The process on this node is gone: its peers see their connections break. */
  died(node: ClusterNode): void {
    for (const [pending, from] of this.callsTo(node)) this.refuse(pending, from, node)
    for (const calls of this.pending.values()) {
      for (const [pending, from] of calls) if (from === node) calls.delete(pending)
    }
  }

  /** Both directions, until mended. */
  cut(one: ClusterNode, other: ClusterNode): void {
    for (const link of [this.link(one, other), this.link(other, one)]) {
      link.held ??= { underWay: [], sent: [] }
    }
  }

  mend(one: ClusterNode, other: ClusterNode): void {
    for (const link of [this.link(one, other), this.link(other, one)]) {
      const { held } = link
      if (held === undefined) continue
      link.held = undefined
      for (const arrive of [...held.underWay, ...held.sent]) this.schedule(link, arrive)
    }
  }

  private refuse(pending: PendingCall, from: ClusterNode, to: ClusterNode): void {
    this.transmit(to, from, () => {
      if (this.callsTo(to).delete(pending)) pending.failed()
    })
  }

  private transmit(from: ClusterNode, to: ClusterNode, arrive: () => void): void {
    this.schedule(this.link(from, to), arrive)
  }

  private schedule(link: Link, arrive: () => void): void {
    if (link.held !== undefined) {
      link.held.sent.push(arrive)
      return
    }
    const { queue, random, latencyMs } = this.options
    const latency = latencyMs.min + random() * (latencyMs.max - latencyMs.min)
    link.lastAtMs = Math.max(link.lastAtMs, queue.now() + latency)
    queue.at(link.lastAtMs, () => {
      if (link.held === undefined) arrive()
      else link.held.underWay.push(arrive)
    })
  }

  private callsTo(node: ClusterNode): Map<PendingCall, ClusterNode> {
    let calls = this.pending.get(node)
    if (calls === undefined) this.pending.set(node, (calls = new Map()))
    return calls
  }

  private link(from: ClusterNode, to: ClusterNode): Link {
    let links = this.links.get(from)
    if (links === undefined) this.links.set(from, (links = new Map()))
    let link = links.get(to)
    if (link === undefined) links.set(to, (link = { lastAtMs: 0, held: undefined }))
    return link
  }
}
