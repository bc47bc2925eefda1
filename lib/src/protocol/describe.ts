/**
 * What a frame says, in the terms of the lab's history: the fault layer calls this once for every
 * frame, to match it against the experiment's points and to record it. A whole frame is decoded, so
 * that bytes the lab does not understand are an error and never pass in silence.
 */
import type { FrameFields } from '../history/events'
import { apiVersions } from './apis/api-versions'
import type { produce } from './apis/produce'
import type { RequestOf } from './api'
import { decodeRequest, decodeResponse, encodeRequest, type RequestHeader } from './frame'
import type { Buffer } from './platform'
import { apiOfName } from './registry'
import { requestFields } from './request-fields'
import { responseFields } from './response-fields'

export interface RequestDescription extends RequestHeader {
  apiKey: number
  /** Kafka's name, e.g. `Produce`. */
  api: string
  apiVersion: number
  fields: FrameFields
  /** False for a Produce with acks 0 alone: the broker sends nothing back. */
  expectsResponse: boolean
}

export interface ResponseDescription {
  correlationId: number
  fields: FrameFields
}

/**
 * Describes a whole request frame, with its length prefix.
 * @throws {UnknownApiError | TornFrameError | MalformedFrameError} as decodeRequest
 */
export function describeRequest(frame: Buffer): RequestDescription {
  const { api, correlationId, clientId, request } = decodeRequest(frame)
  return {
    apiKey: api.key,
    api: api.name,
    apiVersion: api.version,
    correlationId,
    clientId,
    fields: requestFields(api, request),
    expectsResponse: api.name !== 'Produce' || (request as RequestOf<typeof produce>).acks !== 0,
  }
}

/**
 * Describes a whole response frame to a request of this API.
 * @throws {UnknownApiError | TornFrameError | MalformedFrameError} as decodeResponse
 */
export function describeResponse(
  frame: Buffer,
  request: { api: string; apiVersion: number },
): ResponseDescription {
  const api = apiOfName(request.api, request.apiVersion)
  const { correlationId, response } = decodeResponse(api, frame)
  return { correlationId, fields: responseFields(api, response) }
}

/**
 * An ApiVersions request: the barrier behind a Produce with acks 0. A broker handles a connection's
 * requests in order, so its answer proves that the Produce was handled.
 */
export function encodeApiVersionsRequest(header: RequestHeader): Buffer {
  return encodeRequest(apiVersions, header, {})
}
