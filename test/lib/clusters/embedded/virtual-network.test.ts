/** The network in memory, in virtual time: order, latency, refusals, breaks, cuts. */
import assert from 'node:assert/strict'
import { VirtualNetwork } from '../../../../lib/src/clusters/embedded/virtual-network'
import { askMetadata, askVersions, Listener, send } from './clients'
import { StubCluster } from './stub-cluster'
import { StubTime } from './stub-time'

const brokers = [1, 2, 3].map((id) => ({ id, host: '127.0.0.1', port: 9090 + id }))

function world(seed = 7) {
  const time = new StubTime()
  const cluster = new StubCluster(brokers)
  const latencyMs = { min: 1, max: 3 }
  const options = { events: time, cluster, brokers, seed, latencyMs, maxRequestBytes: 10_000 }
  const network = new VirtualNetwork(options)
  time.sources.push(network, cluster)
  const open = (app: string, broker: number, at?: (event: string) => void): Listener =>
    new Listener(network.open(app, undefined, '127.0.0.1', 9090 + broker), at)
  /** A connection that is there. */
  const opened = (app: string, broker: number, at?: (event: string) => void): Listener => {
    const listener = open(app, broker, at)
    time.run()
    assert.deepEqual(listener.heard.splice(0), ['connect'])
    return listener
  }
  return { time, cluster, network, open, opened }
}

describe('the network in memory', () => {
  it('connects after a round trip, and answers requests in their order', () => {
    const { time, open } = world()
    const times: number[] = []
    const shop = open('shop', 1, () => times.push(time.now()))
    time.run()
    for (const id of [1, 2, 3]) shop.socket.write(askVersions(id))
    time.run()
    assert.deepEqual(shop.heard, ['connect', 'answer 1', 'answer 2', 'answer 3'])
    const [connected = 0, first = 0] = times
    assert.ok(connected >= 2 && connected <= 6, `connected after ${connected} ms`)
    assert.ok(first >= connected + 3 && first <= connected + 7, `answered after ${first} ms`)
  })

  it('sends what was written before the connection was there, and ends behind it', () => {
    const { time, cluster, open } = world()
    const shop = open('shop', 1)
    shop.socket.write(askVersions(1))
    shop.socket.end()
    time.run()
    assert.deepEqual(shop.heard, ['connect', 'answer 1', 'end', 'close'])
    assert.equal(cluster.open, 0)
  })

  it('keeps each direction of a connection in order, whatever the latencies are', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { time, cluster, opened } = world(seed)
      const shop = opened('shop', 1)
      const ids = Array.from({ length: 50 }, (_, index) => index)
      for (const id of ids) {
        const at = id * 0.1
        time.at(at, undefined, () => shop.socket.write(send(id, `order-${id}`)))
      }
      time.run()
      assert.deepEqual(
        shop.heard,
        ids.map((id) => `answer ${id}`),
      )
      assert.deepEqual(
        cluster.values,
        ids.map((id) => `order-${id}`),
      )
    }
  })

  it('repeats with its seed, and has other latencies with another', () => {
    const trace = (seed: number): string[] => {
      const { time, open } = world(seed)
      const lines: string[] = []
      for (const app of ['shop', 'billing']) {
        const client = open(app, 2, (event) => lines.push(`${time.now()} ${app} ${event}`))
        client.socket.write(askVersions(1))
      }
      time.run()
      return lines
    }
    assert.deepEqual(trace(7), trace(7))
    assert.notDeepEqual(trace(7), trace(8))
    const atTimes = (app: string) => trace(7).filter((line) => line.includes(app))
    assert.notEqual(atTimes('shop')[0]?.split(' ')[0], atTimes('billing')[0]?.split(' ')[0])
  })

  it('gives what arrives at an app to the owner of its socket, in the order of time', () => {
    const { time, network } = world()
    const attempt = {}
    const owners: unknown[] = []
    const socket = network.open('shop', attempt, '127.0.0.1', 9091)
    new Listener(socket, () => owners.push(time.owner)).socket.write(askVersions(1))
    time.run()
    socket.destroy()
    time.run()
    assert.deepEqual(owners, [attempt, attempt, attempt])
  })

  it('copies what is written: the writer may use its buffer again', () => {
    const { time, cluster, opened } = world()
    const shop = opened('shop', 1)
    const bytes = send(1, 'order-1')
    shop.socket.write(bytes)
    bytes.fill(0)
    time.run()
    assert.deepEqual(cluster.values, ['order-1'])
  })

  it('refuses a connection to a dead broker, and to an address that is nobody’s', () => {
    const { time, cluster, open } = world()
    cluster.kill(2)
    const clients = [open('shop', 2), open('shop', 99)]
    time.run()
    for (const { heard } of clients) assert.deepEqual(heard, ['error ECONNREFUSED', 'close'])
  })

  it('lets a paused broker take connections and requests; it answers when it is resumed', () => {
    const { time, cluster, open } = world()
    cluster.paused.add(1)
    const shop = open('shop', 1)
    shop.socket.write(askVersions(1))
    time.run(1000)
    assert.deepEqual(shop.heard, ['connect'])
    cluster.advanceTo(1000)
    cluster.resume(1)
    time.run()
    assert.deepEqual(shop.heard, ['connect', 'answer 1'])
  })

  it('breaks the connections of a killed broker; what it had sent before arrives first', () => {
    const { time, cluster, opened } = world()
    const [shop, billing] = [opened('shop', 1), opened('billing', 2)]
    shop.socket.write(askVersions(1))
    while (cluster.handled.length === 0) time.run(time.now() + 0.1)
    assert.deepEqual(shop.heard, [], 'the answer is under way')
    shop.socket.write(send(2, 'order-1'))
    cluster.kill(1)
    time.run()
    assert.deepEqual(shop.heard, ['answer 1', 'error ECONNRESET', 'close'])
    assert.deepEqual(billing.heard, [])
    assert.deepEqual(cluster.values, [])
  })

  it('ends a connection in peace when the broker hangs up, as after an error with acks 0', () => {
    const { time, cluster, opened } = world()
    const shop = opened('shop', 1)
    cluster.produces = 'hang up'
    shop.socket.write(send(1, 'order-1', 0))
    shop.socket.write(askVersions(2))
    time.run()
    assert.deepEqual(shop.heard, ['end', 'close'])
  })

  describe('when the app destroys its socket', () => {
    it('drops what is under way to it, and closes the broker’s end a latency later', () => {
      const { time, cluster, opened } = world()
      const shop = opened('shop', 1)
      shop.socket.write(askVersions(1))
      while (cluster.handled.length === 0) time.run(time.now() + 0.1)
      shop.socket.destroy()
      assert.equal(cluster.open, 1)
      time.run()
      assert.deepEqual(shop.heard, ['close'])
      assert.equal(cluster.open, 0)
    })

    it('still hands the broker what had left before', () => {
      const { time, cluster, opened } = world()
      const shop = opened('shop', 1)
      for (const acks of [-1, 0]) shop.socket.write(send(1, `order with acks ${acks}`, acks))
      shop.socket.destroy()
      shop.socket.write(send(2, 'too late'))
      time.run()
      assert.deepEqual(cluster.values, ['order with acks -1', 'order with acks 0'])
      assert.deepEqual(shop.heard, ['close'])
      assert.equal(cluster.open, 0)
    })

    it('sends nothing that waited for the connection', () => {
      const { time, cluster, open } = world()
      const shop = open('shop', 1)
      shop.socket.write(send(1, 'order-1'))
      shop.socket.destroy()
      time.run()
      assert.deepEqual(shop.heard, ['close'])
      assert.deepEqual(cluster.values, [])
      assert.equal(cluster.open, 0)
    })
  })

  describe('a cut between an app and a broker', () => {
    it('holds both directions; mended, everything arrives, in order', () => {
      const { time, cluster, network, opened } = world()
      const [shop, elsewhere, billing] = [
        opened('shop', 1),
        opened('shop', 2),
        opened('billing', 1),
      ]
      const times: number[] = []
      shop.socket.on('data', () => times.push(time.now()))
      shop.socket.write(askVersions(1))
      while (cluster.handled.length === 0) time.run(time.now() + 0.1)
      network.cut('shop', 1)
      for (const id of [2, 3]) shop.socket.write(send(id, `order-${id}`))
      for (const client of [elsewhere, billing]) client.socket.write(askMetadata(9))
      time.run(500)
      assert.deepEqual(shop.heard, [])
      assert.deepEqual(cluster.values, [])
      for (const { heard } of [elsewhere, billing]) assert.deepEqual(heard, ['answer 9'])
      network.mend('shop', 1)
      shop.socket.write(send(4, 'order-4'))
      time.run()
      assert.deepEqual(shop.heard, ['answer 1', 'answer 2', 'answer 3', 'answer 4'])
      assert.deepEqual(cluster.values, ['order-2', 'order-3', 'order-4'])
      assert.ok(times[0]! >= 501, `the answer comes at ${times[0]} ms, and travels for a while`)
    })

    for (const order of ['cut, then destroyed', 'destroyed, then cut'] as const) {
      it(`keeps what is under way from a socket that is ${order}, when it is mended too`, () => {
        const { time, cluster, network, opened } = world()
        const shop = opened('shop', 1)
        shop.socket.write(askVersions(1))
        while (cluster.handled.length === 0) time.run(time.now() + 0.1)
        if (order === 'destroyed, then cut') shop.socket.destroy()
        network.cut('shop', 1)
        time.run(500)
        shop.socket.destroy()
        network.mend('shop', 1)
        time.run()
        assert.deepEqual(shop.heard, ['close'])
        assert.equal(cluster.open, 0)
      })
    }

    it('holds connections that are being made', () => {
      const { time, network, open } = world()
      network.cut('shop', 1)
      const shop = open('shop', 1)
      time.run(500)
      assert.deepEqual(shop.heard, [])
      network.mendAll()
      time.run()
      assert.deepEqual(shop.heard, ['connect'])
    })

    it('hides from each side that the other is gone', () => {
      const { time, cluster, network, opened } = world()
      const [shop, billing] = [opened('shop', 1), opened('billing', 1)]
      for (const app of ['shop', 'billing']) network.cut(app, 1)
      billing.socket.destroy()
      time.run(200)
      assert.equal(cluster.open, 2)
      cluster.advanceTo(200)
      cluster.kill(1)
      time.run(500)
      assert.deepEqual(shop.heard, [])
      network.mendAll()
      time.run()
      assert.deepEqual(shop.heard, ['error ECONNRESET', 'close'])
    })

    it('may be cut and mended again and again without losing or reordering anything', () => {
      const { time, cluster, network, opened } = world()
      const shop = opened('shop', 1)
      const ids = Array.from({ length: 200 }, (_, index) => index)
      for (const id of ids) {
        time.at(id * 0.7, undefined, () => shop.socket.write(send(id, `order-${id}`)))
        time.at(id * 0.9, undefined, () => {
          if (id % 3 === 0) network.cut('shop', 1)
          else network.mend('shop', 1)
        })
      }
      time.run()
      assert.deepEqual(
        shop.heard,
        ids.map((id) => `answer ${id}`),
      )
      assert.equal(cluster.values.length, ids.length)
    })
  })
})
