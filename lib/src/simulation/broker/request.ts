/**
 * How a broker's request handlers are called. A handler replies once, now or later, with a response
 * of its API; a Produce may have no response, or cost the client its connection.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { AnyApi } from '../../protocol/registry'
import type { Broker } from './broker'

export interface RequestContext {
  readonly clientId: string | null
}

/** As Kafka names a client on the same machine. */
export const clientHost = '/127.0.0.1'

/** A Produce with acks 0 that went well: the client hears nothing. */
export const noResponse = Symbol('no response')
/** A Produce with acks 0 that went wrong: the broker hangs up. */
export const hangUp = Symbol('hang up')

export type Outcome<Response> = Response | typeof noResponse | typeof hangUp

export type Reply<A> = (outcome: Outcome<ResponseOf<A>>) => void

export type Handler<A extends AnyApi> = (
  broker: Broker,
  request: RequestOf<A>,
  reply: Reply<A>,
  context: RequestContext,
) => void
