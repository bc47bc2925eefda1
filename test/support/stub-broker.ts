/**
 * One broker in this process, as small as the fault layer's tests allow: it speaks the real
 * protocol over TCP, appends every value it is sent to one list, and knows every topic as one
 * partition that it leads. It has no consumers, no transactions, no replicas. A test may change
 * how its answers are cut into chunks, or take an answer over.
 */
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { apiVersions } from '../../lib/src/protocol/apis/api-versions'
import { initProducerId } from '../../lib/src/protocol/apis/init-producer-id'
import { metadata } from '../../lib/src/protocol/apis/metadata'
import { produce } from '../../lib/src/protocol/apis/produce'
import type { RequestOf } from '../../lib/src/protocol/api'
import { describeRequest } from '../../lib/src/protocol/describe'
import { decodeRequest, encodeResponse } from '../../lib/src/protocol/frame'
import type { RequestFrame } from '../../lib/src/protocol/frame'
import { FrameSplitter } from '../../lib/src/protocol/frame-splitter'
import { apis } from '../../lib/src/protocol/registry'
import type { AnyApi } from '../../lib/src/protocol/registry'

export interface Asked {
  request: RequestFrame
  connection: number
  answer: Buffer
  socket: Socket
}

export class StubBroker {
  /** Values in the order in which they came. */
  readonly values: string[] = []
  /** `API` of each request, in order, with the connection it came on. */
  readonly asked: { api: string; connection: number }[] = []
  /** Connections that were ended by the other side, in order. */
  readonly ended: number[] = []
  /** How answers are written: each whole, byte by byte, or two at a time. */
  chunks: 'whole' | 'bytes' | 'pairs' = 'whole'
  /** Takes an answer over when it returns true. */
  takeOver: (asked: Asked) => boolean = () => false
  private readonly sockets = new Set<Socket>()
  private connections = 0

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.serve(socket))
  }

  static async start(): Promise<StubBroker> {
    const server = createServer({ allowHalfOpen: true })
    const broker = new StubBroker(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return broker
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private serve(socket: Socket): void {
    const connection = ++this.connections
    const splitter = new FrameSplitter()
    let waiting: Buffer[] = []
    this.sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => {
      this.ended.push(connection)
      socket.end()
    })
    socket.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) {
        const request = decodeRequest(frame)
        this.asked.push({ api: request.api.name, connection })
        const answer = this.answer(frame, request)
        if (!answer || this.takeOver({ request, connection, answer, socket })) continue
        waiting.push(answer)
        if (this.chunks === 'pairs' && waiting.length < 2 && isProduce(request.api)) continue
        this.write(socket, waiting)
        waiting = []
      }
    })
  }

  private write(socket: Socket, answers: Buffer[]): void {
    const bytes = Buffer.concat(answers)
    if (this.chunks !== 'bytes') socket.write(bytes)
    else for (const byte of bytes) socket.write(Buffer.from([byte]))
  }

  private answer(frame: Buffer, { api, correlationId, request }: RequestFrame): Buffer | undefined {
    switch (api.name) {
      case 'ApiVersions':
        return encodeResponse(apiVersions, correlationId, { ...fine, apiKeys: versions })
      case 'Metadata':
        return encodeResponse(metadata, correlationId, this.metadataOf(request))
      case 'InitProducerId':
        return encodeResponse(initProducerId, correlationId, {
          ...fine,
          producerId: 1000,
          producerEpoch: 0,
        })
      case 'Produce':
        return this.append(frame, correlationId, request as RequestOf<typeof produce>)
      default:
        throw new Error(`the stub broker does not speak ${api.name}`)
    }
  }

  private metadataOf(request: unknown) {
    const { topics } = request as RequestOf<typeof metadata>
    const replicas = { replicas: [1], isr: [1], offlineReplicas: [] }
    const partitions = [{ errorCode: 0, partition: 0, leaderId: 1, ...replicas }]
    return {
      throttleTimeMs: 0,
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: this.port, rack: null }],
      clusterId: 'stub',
      controllerId: 1,
      topics: (topics ?? []).map((topic) => {
        return { errorCode: 0, topic, isInternal: false, partitions }
      }),
    }
  }

  private append(
    frame: Buffer,
    correlationId: number,
    request: RequestOf<typeof produce>,
  ): Buffer | undefined {
    const baseOffset = this.values.length
    for (const { values } of describeRequest(frame).fields.partitions ?? []) {
      this.values.push(...(values ?? []).map(String))
    }
    if (request.acks === 0) return undefined
    const appended = { baseOffset, logAppendTimeMs: -1, logStartOffset: 0 }
    const result = { partition: 0, errorCode: 0, ...appended }
    const topics = request.topics.map(({ topic }) => ({ topic, partitions: [result] }))
    return encodeResponse(produce, correlationId, { topics, throttleTimeMs: 0 })
  }
}

const fine = { errorCode: 0, throttleTimeMs: 0 }
const versions = (apis as readonly AnyApi[]).map(({ key, version }) => {
  return { apiKey: key, minVersion: 0, maxVersion: version }
})

function isProduce(api: AnyApi): boolean {
  return api.name === 'Produce'
}
