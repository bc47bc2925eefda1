/** What acts on brokers do, seen by a plain kafkajs producer, and how a cluster is started. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { partitionState } from '../../../../lib/src/clusters/admin'
import { WireClient } from '../../../../lib/src/clusters/wire-client'
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs'
import { localCluster, type LocalCluster } from '../../../../lib/src/clusters/kafka/local-cluster'
import { isAlive, isCleared, recordedProcesses } from './owner'

const topic = 'orders'

describe('the local cluster', function () {
  this.timeout(120_000)
  let cluster: LocalCluster
  let admin: Admin
  let producer: Producer
  let wire: WireClient
  const logged: string[] = []

  before(async () => {
    cluster = await localCluster()
    wire = new WireClient({ brokers: cluster.brokers, clientId: 'test' })
    const kafka = new Kafka({
      brokers: cluster.brokers.map(({ host, port }) => `${host}:${port}`),
      retry: { initialRetryTime: 100, retries: 20 },
      logLevel: logLevel.WARN,
      logCreator:
        () =>
        ({ log }) =>
          logged.push(`${log.message} ${log.error}`),
    })
    admin = kafka.admin()
    producer = kafka.producer({ idempotent: true, transactionalId: 'shop', retry: { retries: 20 } })
    await admin.connect()
    await producer.connect()
  })

  after(async () => {
    await producer.disconnect()
    await admin.disconnect()
    await wire.close()
    await cluster.stop()
  })

  const send = (value: string) => producer.send({ topic, messages: [{ value, partition: 0 }] })

  async function partition() {
    // Of the first broker that can be reached: kafkajs would ask a paused one, too.
    return (await partitionState(wire, topic))[0] as { leader: number; isr: number[] }
  }

  const folder = (): string => {
    const [first] = cluster.replicaFiles('__consumer_offsets', 0)
    return dirname(dirname(dirname(first?.segments[0] as string)))
  }

  it('has loaded its coordinators: the first transaction meets no error', async () => {
    await admin.createTopics({
      topics: [{ topic, replicaAssignment: [{ partition: 0, replicas: [1, 2, 3] }] }],
      waitForLeaders: false,
    })
    const transaction = await producer.transaction()
    await transaction.sendOffsets({
      consumerGroupId: 'charges',
      topics: [{ topic, partitions: [{ partition: 0, offset: '0' }] }],
    })
    await transaction.abort()
    assert.deepEqual(
      logged.filter((line) => /COORDINATOR|coordinator/.test(line)),
      [],
    )
  })

  it('puts both internal topics on replicas 3, 1, 2, led by broker 3', async () => {
    for (const internal of ['__consumer_offsets', '__transaction_state']) {
      const [state] = await partitionState(wire, internal)
      assert.deepEqual([state?.leader, state?.replicas], [3, [3, 1, 2]], internal)
    }
  })

  it('is the same one for the same settings', async () => {
    assert.equal(await localCluster({ settings: {} }), cluster)
  })

  it('elects another leader when one is killed, and heals to a full ISR', async () => {
    await send('order-1')
    await cluster.kill(1)
    assert.equal(cluster.state(1), 'dead')
    await send('order-2')
    const damaged = await partition()
    assert.notEqual(damaged.leader, 1)
    await cluster.heal()
    assert.equal(cluster.state(1), 'running')
    const { leader, isr } = await partition()
    assert.deepEqual([leader, [...isr].sort()], [1, [1, 2, 3]])
  })

  it("shows the acknowledged record in all replicas' files, a dead broker's too", async () => {
    await send('order-3')
    await cluster.kill(2)
    const files = cluster.replicaFiles(topic, 0)
    assert.deepEqual(
      files.map(({ broker, alive }) => [broker, alive]),
      [
        [1, true],
        [2, false],
        [3, true],
      ],
    )
    for (const { segments } of files) {
      assert.ok(segments.some((path) => readFileSync(path).includes('order-3')))
    }
    assert.deepEqual(cluster.replicaFiles('no-such-topic', 0), [])
    await cluster.restart(2)
    assert.equal(cluster.state(2), 'running')
    await cluster.heal()
  })

  it('acknowledges by all, with a replica paused, only once that has left the ISR', async () => {
    await cluster.pause(3)
    assert.equal(cluster.state(3), 'paused')
    await send('order-4')
    assert.deepEqual([...(await partition()).isr].sort(), [1, 2])
    await cluster.resume(3)
    assert.equal(cluster.state(3), 'running')
    await cluster.heal()
    assert.deepEqual([...(await partition()).isr].sort(), [1, 2, 3])
  })

  it('heals from a killed and two paused brokers', async () => {
    await Promise.all([cluster.kill(1), cluster.pause(2), cluster.pause(3)])
    await cluster.heal()
    assert.deepEqual(
      [1, 2, 3].map((id) => cluster.state(id)),
      ['running', 'running', 'running'],
    )
    assert.equal((await partition()).leader, 1)
    await send('order-5')
  })

  it('refuses acts on brokers that do not exist or are dead, by name', async () => {
    await assert.rejects(cluster.kill(4), /there is no broker 4: the local cluster has 1, 2, 3/)
    await assert.rejects(cluster.pause(100), /there is no broker 100/)
    assert.throws(() => cluster.state(0), /there is no broker 0/)
    await cluster.kill(2)
    await assert.rejects(cluster.pause(2), /broker 2 is dead and cannot pause: use restart\(2\)/)
    await assert.rejects(cluster.resume(2), /broker 2 is dead and cannot resume: use restart\(2\)/)
    await cluster.heal()
  })

  it('shows the last lines of the log of a broker that does not come up again', async () => {
    await cluster.kill(2)
    const server = createServer((socket) => socket.destroy())
    const port = cluster.brokers[1]?.port
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const failure = /broker 2 did not come up:\n.*Address already in use/s
    await assert.rejects(cluster.restart(2), failure)
    assert.equal(cluster.state(2), 'dead')
    await new Promise((resolve) => server.close(resolve))
    await cluster.heal()
  })

  it('is replaced for other settings, which its brokers then have', async () => {
    const old = { folder: folder(), processes: recordedProcesses(folder()) }
    const other = await localCluster({ settings: { 'message.max.bytes': 4321 } })
    assert.notEqual(other, cluster)
    assert.ok(isCleared(old))
    cluster = other
    const properties = readFileSync(`${folder()}/node-1.properties`, 'utf8')
    assert.match(properties, /^message\.max\.bytes=4321$/m)
    assert.ok(recordedProcesses(folder()).every(isAlive))
  })

  it('names a setting that a broker refuses, in the words of its log', async () => {
    const refused = localCluster({ settings: { 'num.io.threads': 'many' } })
    const words = /did not come up:\n.*Invalid value many for configuration num\.io\.threads/s
    await assert.rejects(refused, words)
    // The cluster before was stopped for it, and the one that failed left nothing either.
    assert.ok(cluster.brokers.every(({ id }) => cluster.state(id) === 'dead'))
  })

  it('names a setting that Kafka does not know', async () => {
    const refused = localCluster({ settings: { 'min.insink.replicas': 2 } })
    await assert.rejects(refused, /Kafka knows no broker setting min\.insink\.replicas/)
  })

  it('refuses settings that it decides itself', async () => {
    const refused = localCluster({ settings: { 'node.id': 7 } })
    await assert.rejects(refused, /node\.id is decided by the local cluster: leave it out/)
  })
})
