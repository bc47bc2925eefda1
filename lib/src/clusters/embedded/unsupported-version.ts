/**
 * ApiVersions in a version that the broker does not have. It is the first thing a client sends, so
 * the broker cannot hang up on it as on any other: it answers in version 0, which every client can
 * read, with UNSUPPORTED_VERSION and the versions of ApiVersions that it has (KIP-511,
 * `ApiVersionsRequest.getErrorResponse`). The message of such a request is not read.
 *
 *     Response v0 => error_code [api_keys]
 *       error_code => INT16
 *       api_keys => api_key min_version max_version
 *         api_key, min_version, max_version => INT16
 */
import { defineApi } from '../../protocol/api'
import { apiVersions } from '../../protocol/apis/api-versions'
import { errorCode } from '../../protocol/errors'
import { encodeResponse, type RequestHeader } from '../../protocol/frame'
import type { Buffer } from '../../protocol/platform'
import { array, int16, struct } from '../../protocol/schema'
import { versionRanges } from '../../protocol/version-ranges'

const refusal = defineApi({
  name: 'ApiVersions',
  key: apiVersions.key,
  version: 0,
  request: struct({}),
  response: struct({
    errorCode: int16,
    apiKeys: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
  }),
})

const apiKeyAt = 4
const correlationIdAt = 8
const messageAt = 12

/**
 * The header of a frame with an ApiVersions request of whatever version; undefined when it is of
 * another API or ends within its header.
 */
export function apiVersionsHeader(frame: Buffer): RequestHeader | undefined {
  if (frame.readInt16BE(apiKeyAt) !== apiVersions.key) return undefined
  if (frame.length < messageAt) return undefined
  return { correlationId: frame.readInt32BE(correlationIdAt), clientId: null }
}

export function encodeUnsupportedVersion({ correlationId }: RequestHeader): Buffer {
  return encodeResponse(refusal, correlationId, {
    errorCode: errorCode('UNSUPPORTED_VERSION'),
    apiKeys: versionRanges().filter(({ apiKey }) => apiKey === apiVersions.key),
  })
}
