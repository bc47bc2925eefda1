/**
 * What one version of one API is: its key, its two messages, and the headers around them. Each file
 * in apis/ makes one of these; the client, the fault layer and the simulated broker share them.
 */
import type { Schema } from './schema'

export interface Api<Request, Response> {
  /** Kafka's name, e.g. `Produce`. */
  name: string
  key: number
  version: number
  /**
   * Versions of the two headers. Request header 1 is key, version, correlation id and client id;
   * 2 adds tagged fields (KIP-482). Response header 0 is the correlation id; 1 adds tagged fields.
   */
  requestHeader: 1 | 2
  responseHeader: 0 | 1
  request: Schema<Request>
  response: Schema<Response>
}

export type RequestOf<A> = A extends Api<infer Request, any> ? Request : never
export type ResponseOf<A> = A extends Api<any, infer Response> ? Response : never

interface Messages<Name extends string, Request, Response> {
  name: Name
  key: number
  version: number
  request: Schema<Request>
  response: Schema<Response>
}

/** An API version with the plain encoding: headers 1 and 0. */
export function defineApi<Name extends string, Request, Response>(
  messages: Messages<Name, Request, Response>,
) {
  return { ...messages, requestHeader: 1, responseHeader: 0 } as const
}

/** An API version with the flexible encoding of KIP-482: headers 2 and 1. */
export function defineFlexibleApi<Name extends string, Request, Response>(
  messages: Messages<Name, Request, Response>,
) {
  return { ...messages, requestHeader: 2, responseHeader: 1 } as const
}
