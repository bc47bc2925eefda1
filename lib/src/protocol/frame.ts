/**
 * Whole frames: a length, a header, a message. A response says neither its API nor its version, so
 * whoever reads one must remember the request with its correlation id.
 *
 *     request frame => length api_key api_version correlation_id client_id [tags] message
 *       length => INT32                bytes after the length
 *       api_key, api_version => INT16
 *       correlation_id => INT32
 *       client_id => NULLABLE_STRING
 *       tags => TAG_BUFFER             request header 2 only (KIP-482)
 *     response frame => length correlation_id [tags] message
 */
import type { Api } from './api'
import { MalformedFrameError, TornFrameError } from './frame-errors'
import { Buffer } from './platform'
import { Reader } from './reader'
import { apiOfKey, type AnyApi } from './registry'
import { nullableString } from './schema'
import { readTags, writeNoTags } from './flexible'
import { Writer } from './writer'

const prefixBytes = 4

export interface RequestHeader {
  correlationId: number
  clientId: string | null
}

export interface RequestFrame extends RequestHeader {
  api: AnyApi
  request: unknown
}

/** A whole request frame, with its length. */
export function encodeRequest<Request>(
  api: Api<Request, any>,
  header: RequestHeader,
  request: Request,
): Buffer {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(api.version)
  writer.int32(header.correlationId)
  nullableString.write(writer, header.clientId)
  if (api.requestHeader === 2) writeNoTags(writer)
  api.request.write(writer, request)
  return finished(writer)
}

/** A whole response frame, with its length. */
export function encodeResponse<Response>(
  api: Api<any, Response>,
  correlationId: number,
  response: Response,
): Buffer {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (api.responseHeader === 1) writeNoTags(writer)
  api.response.write(writer, response)
  return finished(writer)
}

/**
 * Reads a whole request frame.
 * @throws {UnknownApiError} an API or version the lab does not speak
 * @throws {TornFrameError} the buffer is not exactly one frame
 * @throws {MalformedFrameError} the message contradicts its grammar
 */
export function decodeRequest(frame: Buffer): RequestFrame {
  const reader = frameReader(frame)
  const key = reader.int16()
  const api = apiOfKey(key, reader.int16())
  const correlationId = reader.int32()
  const clientId = nullableString.read(reader)
  const request = readMessage(api, 'request', reader)
  return { api, correlationId, clientId, request }
}

/**
 * Reads a whole response frame to a request of this API.
 * @throws {TornFrameError} the buffer is not exactly one frame
 * @throws {MalformedFrameError} the message contradicts its grammar
 */
export function decodeResponse<Response>(
  api: Api<any, Response>,
  frame: Buffer,
): { correlationId: number; response: Response } {
  const reader = frameReader(frame)
  const correlationId = reader.int32()
  const response = readMessage(api, 'response', reader) as Response
  return { correlationId, response }
}

/** The correlation id of a response frame, without reading the rest. */
export function correlationIdOfResponse(frame: Buffer): number {
  return frameReader(frame).int32()
}

function readMessage(api: AnyApi, direction: 'request' | 'response', reader: Reader): unknown {
  const what = `${api.name} ${direction} version ${api.version}`
  try {
    const tagged = direction === 'request' ? api.requestHeader === 2 : api.responseHeader === 1
    if (tagged) readTags(reader)
    const message = api[direction].read(reader)
    reader.end('the message')
    return message
  } catch (error) {
    throw error instanceof MalformedFrameError ? error.within(what) : error
  }
}

function frameReader(frame: Buffer): Reader {
  const present = frame.length - prefixBytes
  if (present < 0) {
    throw new TornFrameError(`${frame.length} bytes are no frame`, frame.length, -present)
  }
  const length = frame.readInt32BE(0)
  if (length !== present) {
    throw new TornFrameError(
      `A frame says it has ${length} bytes, but ${present} are there`,
      present,
      length - present,
    )
  }
  return new Reader(frame, prefixBytes)
}

function finished(writer: Writer): Buffer {
  writer.patchUint32(0, writer.position - prefixBytes)
  return writer.done()
}
