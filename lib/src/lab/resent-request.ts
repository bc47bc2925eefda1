/**
 * `resendAt`: a copy of a request on a connection of its own, as a client that retries would send
 * it. The answer is recorded and goes to nobody. Simplification: the connection is not preceded by
 * ApiVersions, which brokers do not require.
 */
import type { ByteStream } from '../clusters/byte-stream'
import { FrameSplitter } from '../protocol/frame-splitter'
import { describeResponse } from '../protocol/describe'
import type { RequestDescription } from '../protocol/describe'
import { ConnectionRecord } from './connection-record'
import type { ConnectionOwner } from './connection-record'
import { RunError } from './errors'
import type { Names } from './names'

export interface ResentRequest {
  owner: ConnectionOwner & { names: Names }
  broker: number
  bytes: Buffer
  description: RequestDescription
}

/**
 * Resolves when the broker has answered (acks=0: has been sent it) and the connection is closed, or
 * when `signal` gives it up.
 * @throws {RunError} the broker could not be reached
 */
export async function resendRequest(
  request: ResentRequest,
  upstream: ByteStream,
  signal: AbortSignal,
): Promise<void> {
  const { owner, broker, bytes, description } = request
  const record = new ConnectionRecord(owner, broker)
  const splitter = new FrameSplitter()
  const giveUp = () => upstream.destroy()
  signal.addEventListener('abort', giveUp)
  let frame = 0
  try {
    await new Promise<void>((resolve, reject) => {
      upstream.on('close', () => resolve())
      upstream.on('error', (error) => reject(unreachable(request, error)))
      upstream.on('connect', () => {
        frame = record.request(description, bytes.length, { fate: 'delivered', copy: 'resend' })
        upstream.write(bytes)
        if (!description.expectsResponse) upstream.end()
      })
      upstream.on('data', (chunk: Buffer) => {
        try {
          for (const answer of splitter.push(chunk)) {
            const { fields } = describeResponse(answer, description)
            const response = { fields: owner.names.fieldsInside(fields), sizeBytes: answer.length }
            const dropped = { fate: 'dropped', copy: 'resend' } as const
            record.response({ ...description, frame }, response, dropped)
            upstream.end()
          }
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  } finally {
    signal.removeEventListener('abort', giveUp)
    upstream.destroy()
  }
}

function unreachable({ broker, description }: ResentRequest, error: Error): RunError {
  const what = `resendAt() could not send its copy of ${description.api} to broker ${broker}`
  return new RunError(`${what}: ${error.message}`, { cause: error })
}
