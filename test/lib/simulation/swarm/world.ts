/**
 * Time that a cluster and its clients share, and how clients ask brokers: each request on a
 * connection of its own, given up after a while. An answer is heard a little later, so never inside
 * a broker's own step.
 */
import type { Api } from '../../../../lib/src/protocol/api'
import type { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'

export const brokers = [1, 2, 3]
const requestTimeoutMs = 400
const linkMs = 0.2

export type Answer<Response> = (response: Response | 'no answer') => void

export class World {
  readonly time = new EventQueue()
  /** Clients do nothing new after the safety phase. */
  phase: 'safety' | 'liveness' = 'safety'

  constructor(readonly cluster: SimulatedCluster) {
    this.time.passTo(cluster.now())
  }

  runUntil(endMs: number): void {
    this.runWhile(endMs, () => true)
  }

  /** @returns whether the condition held until the end */
  runWhile(endMs: number, goesOn: () => boolean): boolean {
    const { time, cluster } = this
    while (goesOn()) {
      const next = Math.min(time.nextAtMs ?? Infinity, cluster.nextAtMs ?? Infinity)
      if (next > endMs) return true
      time.passTo(next)
      cluster.advanceTo(next)
      time.runNext(next)
    }
    return false
  }

  after(delayMs: number, run: () => void): void {
    this.time.after(delayMs, run)
  }

  ask<Request, Response>(
    broker: number,
    api: Api<Request, Response>,
    request: Request,
    answer: Answer<Response>,
  ): void {
    let answered = false
    const once: Answer<Response> = (response) => {
      if (answered) return
      answered = true
      timer?.cancel()
      this.time.passTo(Math.max(this.time.now(), this.cluster.now()))
      this.after(linkMs, () => answer(response))
    }
    const session = this.cluster.connect(broker)
    const timer =
      session === 'refused'
        ? undefined
        : this.time.after(requestTimeoutMs, () => {
            session.close()
            once('no answer')
          })
    if (session === 'refused') return once('no answer')
    session.onClose = () => once('no answer')
    session.request(api, request, { clientId: 'swarm' }, once)
  }

  /** Asks one broker after the other until `accept` takes an answer or attempts run out. */
  persist<Request, Response>(
    options: {
      api: Api<Request, Response>
      request: () => Request
      attempts: number
      first: number
      /** `again`: ask another broker. */
      accept: (response: Response) => 'taken' | 'again'
    },
    givenUp: () => void,
  ): void {
    const { api, request, attempts, first, accept } = options
    if (attempts === 0) return givenUp()
    this.ask(first, api, request(), (response) => {
      if (response !== 'no answer' && accept(response) === 'taken') return
      const next = { ...options, attempts: attempts - 1, first: (first % brokers.length) + 1 }
      this.after(25, () => this.persist(next, givenUp))
    })
  }
}
