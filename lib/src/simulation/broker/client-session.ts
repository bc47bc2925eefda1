/**
 * A client's connection to one life of a broker. Requests are handled one after the other: like
 * Kafka, which reads no further request of a connection until the one before is answered. Handling
 * takes no time; a paused broker handles nothing, and its connections stay.
 */
import type { Api } from '../../protocol/api'
import type { AnyApi } from '../../protocol/registry'
import type { ClusterNode } from '../node'
import type { Broker } from './broker'
import { hangUp, noResponse, type Outcome, type RequestContext } from './request'
import { handlerOf } from './request-handlers'

/** `killed`: the broker's process is gone; `closed`: it hangs up, as after an acks=0 error. */
export type SessionEnd = 'killed' | 'closed'

interface PendingRequest {
  api: AnyApi
  request: unknown
  context: RequestContext
  reply: (response: any) => void
}

export class ClientSession {
  /** Called when the broker ends the session by itself; nothing follows. */
  onClose: (how: SessionEnd) => void = () => undefined
  private state: 'open' | 'closed' = 'open'
  private readonly waiting: PendingRequest[] = []
  /** A request is with the broker. */
  private channel: 'free' | 'muted' = 'free'
  private working = false
  private readonly life: number

  constructor(
    private readonly node: ClusterNode,
    private readonly broker: Broker,
    private readonly closed: (session: ClientSession) => void,
  ) {
    this.life = node.life
  }

  /**
   * `reply` is called at most once, now or later; never for a Produce with acks 0, and never once
   * the session is closed.
   */
  request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    context: RequestContext,
    reply: (response: Response) => void,
  ): void {
    if (this.state === 'closed') throw new Error(`${api.name} came on a session that is closed`)
    this.waiting.push({ api, request, context, reply })
    this.node.deliver(this.life, () => this.handleWaiting())
  }

  /** The client is gone; what the broker has begun goes on. */
  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.waiting.length = 0
    this.closed(this)
  }

  /** Ends the session from the broker's side. */
  end(how: SessionEnd): void {
    if (this.state === 'closed') return
    this.close()
    this.onClose(how)
  }

  /** A loop, since most requests are answered at once: many that wait need no deep stack. */
  private handleWaiting(): void {
    if (this.working) return
    this.working = true
    try {
      while (this.channel === 'free') {
        const next = this.waiting.shift()
        if (next === undefined) return
        this.handle(next)
      }
    } finally {
      this.working = false
    }
  }

  private handle({ api, request, context, reply }: PendingRequest): void {
    this.channel = 'muted'
    const answer = (outcome: Outcome<unknown>): void => {
      this.channel = 'free'
      if (this.state === 'closed') return
      if (outcome === hangUp) return this.end('closed')
      if (outcome !== noResponse) reply(outcome)
      this.handleWaiting()
    }
    handlerOf(api)(this.broker, request, answer, context)
  }
}
