/**
 * A network in memory for the lab's own client: brokers are functions that see decoded requests and
 * write encoded responses.
 */
import { Duplex } from 'node:stream'
import { WireClient, type BrokerEndpoint } from '../../../lib/src/clusters/wire-client'
import { decodeRequest, encodeResponse, type RequestFrame } from '../../../lib/src/protocol/frame'
import { FrameSplitter } from '../../../lib/src/protocol/frame-splitter'

/** What a stub broker does with a request; it may answer through `socket`, or not. */
export type Answer = (request: RequestFrame, socket: Duplex) => void

/** One end of a connection in memory: what is written here is read at the other end. */
class SocketEnd extends Duplex {
  other: SocketEnd | undefined
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.other?.push(chunk)
    done()
  }
  override _final(done: () => void): void {
    this.other?.push(null)
    done()
  }
  override _read(): void {
    // Whatever comes is pushed at once.
  }
}

/** A network in memory: each broker is its answer, by `host:port`; others refuse connections. */
export class StubNetwork {
  readonly sockets: Duplex[] = []
  constructor(private readonly brokers: Record<string, Answer>) {}

  readonly connect = ({ host, port }: BrokerEndpoint): Duplex => {
    const [near, far] = [new SocketEnd(), new SocketEnd()]
    near.other = far
    far.other = near
    this.sockets.push(near)
    const answer = this.brokers[`${host}:${port}`]
    if (answer === undefined) near.destroy(new Error('connection refused'))
    const splitter = new FrameSplitter()
    far.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) answer?.(decodeRequest(frame), far)
    })
    return near
  }

  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length
  }
}

/**
 * A client of one broker, number 1, that answers by a table: per API, the answers to the first
 * request, the second, …; the last one is given again and again.
 */
export function scriptedClient(script: Record<string, unknown[]>): {
  client: WireClient
  asked: string[]
} {
  const asked: string[] = []
  const network = new StubNetwork({
    'stub:1': ({ api, correlationId }, socket) => {
      const before = asked.filter((name) => name === api.name).length
      asked.push(api.name)
      const answers = script[api.name] ?? []
      const answer = answers[Math.min(before, answers.length - 1)]
      if (answer === 'hang up') socket.end()
      else socket.write(encodeResponse(api, correlationId, answer))
    },
  })
  const brokers = [{ id: 1, host: 'stub', port: 1 }]
  const client = new WireClient({ brokers, clientId: 'lab', connect: network.connect })
  return { client, asked }
}
