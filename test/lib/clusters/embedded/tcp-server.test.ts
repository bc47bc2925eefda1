/** The wire server on TCP, in real time, in front of a stub: other processes are its clients. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { serveOnTcp, type TcpServer } from '../../../../lib/src/clusters/embedded/tcp-server'
import { askMetadata, askVersions, Listener, send } from './clients'
import { StubCluster } from './stub-cluster'

const maxRequestBytes = 100_000

/** Runs kafkajs in a process of its own; resolves with its exit code and what it complained of. */
async function kafkajs(...words: string[]): Promise<{ code: number; complaints: string }> {
  const script = require.resolve('./kafkajs-client')
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...words])
  let complaints = ''
  child.stdout.on('data', (chunk) => (complaints += chunk))
  child.stderr.on('data', (chunk) => (complaints += chunk))
  const [code] = (await once(child, 'close')) as [number]
  return { code, complaints }
}

describe('the wire server on TCP', () => {
  let server: TcpServer
  let cluster: StubCluster
  beforeEach(async () => {
    server = await serveOnTcp({
      brokerIds: [1, 2, 3],
      cluster: (brokers) => (cluster = new StubCluster(brokers)),
      maxRequestBytes,
    })
  })
  afterEach(() => server.close())

  /** A client on broker 1, and when its connection is over. */
  function client(): { heard: string[]; socket: Socket; closed: Promise<unknown> } {
    const [{ host, port }] = server.brokers as [TcpServer['brokers'][number]]
    const socket = connect({ host, port })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    return { heard: new Listener(socket).heard, socket, closed }
  }

  it('serves several kafkajs in processes of their own at once, each over several brokers', async function () {
    this.timeout(60_000)
    const list = server.brokers.map(({ host, port }) => `${host}:${port}`).join(',')
    const names = ['shop', 'billing']
    const ends = await Promise.all(names.map((name) => kafkajs(list, name, '20')))
    for (const end of ends) assert.deepEqual(end, { code: 0, complaints: '' })
    for (const name of names) {
      const mine = cluster.values.filter((value) => value.startsWith(name))
      assert.deepEqual(
        mine,
        Array.from({ length: 20 }, (_, index) => `${name}-${index}`),
      )
    }
    const served = new Set(cluster.sessions.map(({ broker }) => broker))
    assert.deepEqual([...served].sort(), [1, 2, 3])
  })

  it('answers what a client asked before it ended its side, and closes then', async () => {
    const { socket, heard, closed } = client()
    socket.write(Buffer.concat([send(1, 'a', 0), send(2, 'b')]))
    socket.write(askVersions(3))
    socket.end()
    await closed
    assert.deepEqual(heard, ['connect', 'answer 2', 'answer 3', 'end', 'close'])
    assert.deepEqual(cluster.values, ['a', 'b'])
    assert.equal(cluster.open, 0)
  })

  it('answers in order a client that reads more slowly than it is answered', async () => {
    const { socket, heard, closed } = client()
    const readSlowly = async () => {
      socket.pause()
      for (let turns = 0; turns < 10; turns++) await turn()
      socket.resume()
    }
    socket.on('data', () => void readSlowly())
    // About 20 MB of answers: more than sockets and kernel hold.
    const topics = Array.from({ length: 1500 }, (_, index) => `orders-${index}`)
    const ids = Array.from({ length: 100 }, (_, index) => index)
    for (const id of ids) socket.write(askMetadata(id, topics))
    socket.end()
    await closed
    const answers = ids.map((id) => `answer ${id}`)
    assert.deepEqual(heard, ['connect', ...answers, 'end', 'close'])
  })

  it('closes the connection of a client that speaks another protocol; others go on', async () => {
    const [shop, stranger] = [client(), client()]
    stranger.socket.write(Buffer.from('GET / HTTP/1.1\r\nhost: kafka\r\n\r\n'))
    await stranger.closed
    assert.ok(!stranger.heard.some((event) => event.startsWith('answer')))
    shop.socket.write(send(1, 'a'))
    shop.socket.end()
    await shop.closed
    assert.deepEqual(shop.heard, ['connect', 'answer 1', 'end', 'close'])
    assert.equal(cluster.open, 0)
  })

  it('closes the session of a client that is gone in the middle of a frame', async () => {
    const { socket, closed } = client()
    socket.on('connect', () => {
      socket.write(send(1, 'a').subarray(0, 20))
      socket.destroy()
    })
    await closed
    while (cluster.sessions.length === 0 || cluster.open > 0) await turn()
    assert.deepEqual(cluster.values, [])
  })

  it('closes the session of a client whose connection breaks', async () => {
    const { socket, closed } = client()
    await once(socket, 'connect')
    socket.write(send(1, 'a').subarray(0, 20))
    while (cluster.open === 0) await turn()
    socket.resetAndDestroy()
    await closed
    while (cluster.open > 0) await turn()
    assert.deepEqual(cluster.values, [])
  })

  it('breaks connections to a broker that is killed, and takes no new ones', async () => {
    const before = client()
    before.socket.on('connect', () => server.act(() => cluster.kill(1)))
    await before.closed
    const behind = client()
    await behind.closed
    for (const { heard } of [before, behind]) assert.ok(heard.includes('error ECONNRESET'))
  })
})
