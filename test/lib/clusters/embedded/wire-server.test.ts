/** The wire server in front of the simulated cluster, over the network in memory. */
import assert from 'node:assert/strict'
import { courseSettings } from '../../../../lib/src/clusters/course-settings'
import { VirtualNetwork } from '../../../../lib/src/clusters/embedded/virtual-network'
import { apiVersions } from '../../../../lib/src/protocol/apis/api-versions'
import { brokerFeatures } from '../../../../lib/src/protocol/apis/broker-features'
import { createTopics } from '../../../../lib/src/protocol/apis/create-topics'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { decodeResponse, encodeRequest } from '../../../../lib/src/protocol/frame'
import { decodeRecordBatches } from '../../../../lib/src/protocol/record-batch'
import { versionRanges } from '../../../../lib/src/protocol/version-ranges'
import { SimulatedCluster } from '../../../../lib/src/simulation/cluster'
import { askVersions, Listener, send } from './clients'
import { StubTime } from './stub-time'

const brokers = [1, 2, 3].map((id) => ({ id, host: `broker-${id}`, port: 9092 }))
const maxRequestBytes = 10_000
const header = { correlationId: 1, clientId: 'test' }

/** A cluster with a topic of one partition, led by broker 1, and a client on that broker. */
function world() {
  const time = new StubTime()
  const settings = { ...courseSettings, 'socket.request.max.bytes': maxRequestBytes }
  const cluster = new SimulatedCluster({ brokers, settings, seed: 1, startOfTimeMs: 0 })
  const options = { events: time, cluster, brokers, seed: 1, maxRequestBytes }
  const network = new VirtualNetwork({ ...options, latencyMs: { min: 0.2, max: 0.6 } })
  time.sources.push(network, cluster)
  const client = (): Listener => new Listener(network.open('shop', undefined, 'broker-1', 9092))
  /** A second, in which everything that is asked is answered. */
  const settle = (): void => time.run(time.now() + 1000)
  const admin = client()
  const assignments = [{ partition: 0, brokerIds: [1, 2, 3] }]
  const topic = { topic: 'orders', numPartitions: -1, replicationFactor: -1, configs: [] }
  const topics = [{ ...topic, assignments }]
  const creation = { topics, timeoutMs: 1000, validateOnly: false }
  admin.socket.write(encodeRequest(createTopics, header, creation))
  admin.socket.end()
  settle()
  const shop = client()
  settle()
  assert.deepEqual(shop.heard.splice(0), ['connect'])
  return { cluster, network, client, shop, settle }
}

function valuesOn(cluster: SimulatedCluster): (string | null)[][] {
  return cluster
    .replicaLogs('orders', 0)
    .map(({ batches }) =>
      batches.flatMap(({ bytes }) =>
        decodeRecordBatches(bytes, 'refuse').flatMap(({ records }) =>
          records.map(({ value }) => value),
        ),
      ),
    )
}

const onAll = (...values: string[]) => [values, values, values]

function errorCodes({ frames }: Listener): (number | undefined)[] {
  return frames.map((frame) => {
    return decodeResponse(produce, frame).response.topics[0]?.partitions[0]?.errorCode
  })
}

describe('the wire server in front of the simulated cluster', () => {
  it('names in ApiVersions what the registry has, key by key', () => {
    const { shop, settle } = world()
    const client = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
    shop.socket.write(askVersions(1))
    shop.socket.write(encodeRequest(brokerFeatures, header, client))
    settle()
    const [plain, flexible] = shop.frames as [Buffer, Buffer]
    const byKey = <Range extends { apiKey: number }>(ranges: Range[]) =>
      [...ranges].sort((a, b) => a.apiKey - b.apiKey)
    const wanted = byKey(versionRanges())
    assert.deepEqual(byKey(decodeResponse(apiVersions, plain).response.apiKeys), wanted)
    assert.deepEqual(byKey(decodeResponse(brokerFeatures, flexible).response.apiKeys), wanted)
  })

  it('appends what it is sent, on every replica', () => {
    const { cluster, shop, settle } = world()
    for (const acks of [0, 1, -1]) shop.socket.write(send(2 + acks, `acks ${acks}`, acks))
    settle()
    assert.deepEqual(shop.heard, ['answer 3', 'answer 1'])
    assert.deepEqual(valuesOn(cluster), onAll('acks 0', 'acks 1', 'acks -1'))
  })

  it('answers a batch with a wrong checksum with CORRUPT_MESSAGE, and goes on', () => {
    const { cluster, shop, settle } = world()
    const corrupt = send(1, 'order-1')
    corrupt.writeUInt8(corrupt.readUInt8(corrupt.length - 2) ^ 1, corrupt.length - 2)
    shop.socket.write(corrupt)
    shop.socket.write(send(2, 'order-2'))
    settle()
    assert.deepEqual(errorCodes(shop), [2, 0])
    assert.deepEqual(valuesOn(cluster), onAll('order-2'))
  })

  it('hangs up on a wrong batch with acks 0, since there is no other way to say so', () => {
    const { cluster, shop, settle } = world()
    const corrupt = send(1, 'order-1', 0)
    corrupt.writeUInt8(corrupt.readUInt8(corrupt.length - 2) ^ 1, corrupt.length - 2)
    shop.socket.write(corrupt)
    settle()
    assert.deepEqual(shop.heard, ['end', 'close'])
    assert.deepEqual(valuesOn(cluster), onAll())
  })

  for (const [what, bytes] of [
    ['torn', send(1, 'order-1').subarray(0, 60)],
    ['longer than socket.request.max.bytes', send(1, 'x'.repeat(maxRequestBytes))],
    ['of another protocol', Buffer.from('GET / HTTP/1.1\r\nhost: kafka\r\n\r\n')],
  ] as const) {
    it(`closes the connection after a frame that is ${what}; the cluster goes on`, () => {
      const { cluster, client, shop, settle } = world()
      shop.socket.write(bytes)
      shop.socket.end()
      const other = client()
      other.socket.write(send(2, 'order-2'))
      settle()
      assert.deepEqual(shop.heard, ['end', 'close'])
      assert.deepEqual(other.heard, ['connect', 'answer 2'])
      assert.deepEqual(valuesOn(cluster), onAll('order-2'))
    })
  }

  it('breaks connections when their broker is killed, and has them again after its restart', () => {
    const { cluster, client, shop, settle } = world()
    cluster.kill(1)
    const refused = client()
    settle()
    assert.deepEqual(shop.heard, ['error ECONNRESET', 'close'])
    assert.deepEqual(refused.heard, ['error ECONNREFUSED', 'close'])
    cluster.restart(1)
    settle()
    const again = client()
    again.socket.write(askVersions(1))
    settle()
    assert.deepEqual(again.heard, ['connect', 'answer 1'])
  })

  it('leaves a request to a paused broker without answer, until it is resumed', () => {
    const { cluster, shop, client, settle } = world()
    cluster.pause(1)
    const another = client()
    for (const { socket } of [shop, another]) socket.write(askVersions(1))
    settle()
    assert.deepEqual(shop.heard, [])
    assert.deepEqual(another.heard, ['connect'])
    cluster.resume(1)
    settle()
    assert.deepEqual(shop.heard, ['answer 1'])
    assert.deepEqual(another.heard, ['connect', 'answer 1'])
  })

  it('leaves the other brokers in touch when only the app is cut off', () => {
    const { cluster, network, shop, settle } = world()
    network.cut('shop', 1)
    shop.socket.write(send(1, 'order-1'))
    settle()
    assert.deepEqual(shop.heard, [])
    assert.ok(cluster.isWhole())
    network.mend('shop', 1)
    settle()
    assert.deepEqual(shop.heard, ['answer 1'])
    assert.deepEqual(valuesOn(cluster), onAll('order-1'))
  })
})
