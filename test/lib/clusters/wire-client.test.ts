import assert from 'node:assert/strict'
import { WireClient } from '../../../lib/src/clusters/wire-client'
import { apiVersions } from '../../../lib/src/protocol/apis/api-versions'
import { endTxn } from '../../../lib/src/protocol/apis/end-txn'
import { listGroups } from '../../../lib/src/protocol/apis/list-groups'
import { metadata } from '../../../lib/src/protocol/apis/metadata'
import { encodeResponse, type RequestFrame } from '../../../lib/src/protocol/frame'
import { StubNetwork, type Answer } from './wire-client-stub'

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

  it('an answered request leaves no timer', async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const client = clientOf(new StubNetwork({ 'stub:1': answering('a') }), [1])
    await groupsFrom(client, 1)
    const before = timers()
    await groupsFrom(client, 1)
    assert.equal(timers(), before)
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
