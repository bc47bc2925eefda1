import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { WireClient, type BrokerEndpoint } from '../../../lib/src/clusters/wire-client'
import { apiVersions } from '../../../lib/src/protocol/apis/api-versions'
import { endTxn } from '../../../lib/src/protocol/apis/end-txn'
import { listGroups } from '../../../lib/src/protocol/apis/list-groups'
import { metadata } from '../../../lib/src/protocol/apis/metadata'
import { decodeRequest, encodeResponse, type RequestFrame } from '../../../lib/src/protocol/frame'
import { FrameSplitter } from '../../../lib/src/protocol/frame-splitter'

/** What a stub broker does with a request; it may answer through `socket`, or not. */
type Answer = (request: RequestFrame, socket: Duplex) => void

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
class StubNetwork {
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

const groupsAnswer = (name: string) => ({
  throttleTimeMs: 0,
  errorCode: 0,
  groups: [{ groupId: name, protocolType: 'consumer' }],
})

const answering =
  (name: string): Answer =>
  ({ correlationId }, socket) =>
    socket.write(encodeResponse(listGroups, correlationId, groupsAnswer(name)))

const silent: Answer = () => {}

function clientOf(network: StubNetwork, ports: number[], timeoutMs = 10_000): WireClient {
  const brokers = ports.map((port) => ({ id: port, host: 'stub', port }))
  return new WireClient({ brokers, clientId: 'lab', connect: network.connect, timeoutMs })
}

async function groupsFrom(client: WireClient, broker: number | 'any'): Promise<string[]> {
  const { groups } = await client.request(broker, listGroups, {})
  return groups.map(({ groupId }) => groupId)
}

describe('WireClient', () => {
  it('asks the broker named, over one connection', async () => {
    const network = new StubNetwork({ 'stub:1': answering('a'), 'stub:2': answering('b') })
    const client = clientOf(network, [1, 2])
    assert.deepEqual(await groupsFrom(client, 2), ['b'])
    assert.deepEqual(await groupsFrom(client, 2), ['b'])
    assert.deepEqual(await groupsFrom(client, 1), ['a'])
    assert.equal(network.sockets.length, 2)
    await client.close()
  })

  it('matches answers that come in another order', async () => {
    const asked: RequestFrame[] = []
    const network = new StubNetwork({
      'stub:1': (request, socket) => {
        asked.push(request)
        if (asked.length < 2) return
        for (const { correlationId } of asked.reverse()) {
          const answer = groupsAnswer(`answer to ${correlationId}`)
          socket.write(encodeResponse(listGroups, correlationId, answer))
        }
      },
    })
    const client = clientOf(network, [1])
    const answers = await Promise.all([groupsFrom(client, 1), groupsFrom(client, 1)])
    assert.deepEqual(answers, [['answer to 1'], ['answer to 2']])
    await client.close()
  })

  it('learns the address of a broker it was not given', async () => {
    const broker = { nodeId: 7, host: 'stub', port: 2, rack: null }
    const cluster = { throttleTimeMs: 0, clusterId: null, controllerId: 7, topics: [] }
    const network = new StubNetwork({
      'stub:1': ({ correlationId }, socket) =>
        socket.write(encodeResponse(metadata, correlationId, { ...cluster, brokers: [broker] })),
      'stub:2': answering('b'),
    })
    const client = clientOf(network, [1])
    assert.deepEqual(await groupsFrom(client, 7), ['b'])
    await assert.rejects(groupsFrom(client, 8), {
      name: 'NoAnswerError',
      message: 'ListGroups to broker 8: the cluster names only brokers 1, 7',
    })
    await client.close()
  })

  it("'any' is the first broker that can be reached", async () => {
    const network = new StubNetwork({ 'stub:2': answering('b') })
    const client = clientOf(network, [1, 2])
    assert.deepEqual(await groupsFrom(client, 'any'), ['b'])
    await client.close()
  })

  it('names every broker when none can be reached', async () => {
    const client = clientOf(new StubNetwork({}), [1, 2])
    await assert.rejects(groupsFrom(client, 'any'), {
      name: 'NoAnswerError',
      message: /broker 1 \(stub:1\): connection refused; .*broker 2 \(stub:2\): connection refused/,
    })
    await client.close()
  })

  it('an answer that does not come is an error with API, broker and time', async () => {
    const network = new StubNetwork({ 'stub:1': silent })
    const client = clientOf(network, [1], 5)
    await assert.rejects(groupsFrom(client, 1), {
      name: 'NoAnswerError',
      message: 'ListGroups to broker 1 (stub:1): no answer within 5 ms',
    })
    assert.equal(network.open, 0)
    await client.close()
  })

  it('after a connection that the broker ended comes a new one', async () => {
    let ends = 0
    const network = new StubNetwork({
      'stub:1': (request, socket) => {
        if (++ends === 1) socket.end()
        else answering('a')(request, socket)
      },
    })
    const client = clientOf(network, [1])
    await assert.rejects(groupsFrom(client, 1), { message: /the broker closed the connection/ })
    assert.deepEqual(await groupsFrom(client, 1), ['a'])
    assert.equal(network.sockets.length, 2)
    await client.close()
  })

  it('an answer that contradicts the grammar is an error of its own kind', async () => {
    const network = new StubNetwork({
      'stub:1': ({ correlationId }, socket) => {
        const other = { throttleTimeMs: 0, errorCode: 0 }
        socket.write(encodeResponse(endTxn, correlationId, other))
      },
    })
    const client = clientOf(network, [1])
    await assert.rejects(groupsFrom(client, 1), {
      name: 'MalformedFrameError',
      message: /^ListGroups response version 2\.groups: /,
    })
    await client.close()
  })

  it('an answer that was not asked for ends the connection', async () => {
    const network = new StubNetwork({
      'stub:1': (_, socket) => socket.write(encodeResponse(listGroups, 99, groupsAnswer('a'))),
    })
    const client = clientOf(network, [1])
    await assert.rejects(groupsFrom(client, 1), { message: /correlation id 99 was never asked/ })
    assert.equal(network.open, 0)
    await client.close()
  })

  it('closing rejects what waits, leaves no socket, and refuses what follows', async () => {
    const network = new StubNetwork({ 'stub:1': silent, 'stub:2': answering('b') })
    const client = clientOf(network, [1, 2])
    await groupsFrom(client, 2)
    const waiting = assert.rejects(client.request(1, apiVersions, {}), {
      message: 'ApiVersions to broker 1 (stub:1): the client was closed',
    })
    await client.close()
    await waiting
    assert.equal(network.open, 0)
    await assert.rejects(groupsFrom(client, 2), { message: /build another WireClient/ })
  })
})
