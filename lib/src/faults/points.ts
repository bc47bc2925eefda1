/**
 * Points: the places in a run where a fault can strike. Each function gives a plain value; which
 * frames it means is decided in matching.ts. At a request the broker has not seen the frame; at a
 * response it has applied the request and the app has not heard of it.
 */
import type { AppMatch, FrameMatch, Point } from '../history/plan'

/**
 * A request leaving an app, e.g. `request('Produce', { nth: 2, topic: 'orders' })`.
 * @param api Kafka's name of the API as in its protocol guide: `Produce`, `EndTxn`, …
 */
export function request(api: string, match: FrameMatch = {}): Point {
  return { at: 'request', api, match }
}

/**
 * A response arriving at an app. It has its request's number and fields, so
 * `response('Produce', { nth: 1 })` answers the first Produce request that left. For `acks: 0`,
 * which Kafka never answers, it is the moment when the broker is known to have handled it.
 */
export function response(api: string, match: FrameMatch = {}): Point {
  return { at: 'response', api, match }
}

/** An effect has happened in the outside world and the app has not gone on yet. */
export function effect(kind: string, match: AppMatch & { id?: string } = {}): Point {
  return { at: 'effect', kind, match }
}

/** `store.set(key, …)` is durable and the app has not gone on yet. */
export function stored(key: string, match: AppMatch = {}): Point {
  return { at: 'stored', key, match }
}

/** Milliseconds after the apps were started. */
export function at(ms: number): Point {
  return { at: 'time', ms }
}
