/** What the tests of network and wire server send, and what they hear. */
import type { ByteStream } from '../../../../lib/src/clusters/byte-stream'
import type { RequestOf } from '../../../../lib/src/protocol/api'
import { apiVersions } from '../../../../lib/src/protocol/apis/api-versions'
import { metadata } from '../../../../lib/src/protocol/apis/metadata'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { correlationIdOfResponse, encodeRequest } from '../../../../lib/src/protocol/frame'
import { FrameSplitter } from '../../../../lib/src/protocol/frame-splitter'
import { encodeRecordBatch } from '../../../../lib/src/protocol/record-batch-encode'

export function askVersions(correlationId: number): Buffer {
  return encodeRequest(apiVersions, { correlationId, clientId: 'test' }, {})
}

export function askMetadata(correlationId: number, topics = ['orders']): Buffer {
  const request = { topics, allowAutoTopicCreation: false }
  return encodeRequest(metadata, { correlationId, clientId: 'test' }, request)
}

export function send(correlationId: number, value: string, acks = -1): Buffer {
  const partitions = [{ partition: 0, records: batchOf(value) }]
  const request: RequestOf<typeof produce> = {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topics: [{ topic: 'orders', partitions }],
  }
  return encodeRequest(produce, { correlationId, clientId: 'test' }, request)
}

export function batchOf(value: string): Buffer {
  return encodeRecordBatch({ records: [{ value }], timestampMs: 1000 })
}

/** A client that writes down what it hears, e.g. `connect`, `answer 7`, `error ECONNRESET`. */
export class Listener {
  readonly heard: string[] = []
  readonly frames: Buffer[] = []
  private readonly splitter = new FrameSplitter()

  /** @param at called with each event, before it is written down */
  constructor(
    readonly socket: ByteStream,
    at: (event: string) => void = () => undefined,
  ) {
    const hear = (event: string): void => {
      at(event)
      this.heard.push(event)
    }
    socket.on('connect', () => hear('connect'))
    socket.on('end', () => hear('end'))
    socket.on('close', () => hear('close'))
    socket.on('error', ({ code }) => hear(`error ${code}`))
    socket.on('data', (chunk) => {
      for (const frame of this.splitter.push(chunk)) {
        this.frames.push(frame)
        hear(`answer ${correlationIdOfResponse(frame)}`)
      }
    })
  }
}
