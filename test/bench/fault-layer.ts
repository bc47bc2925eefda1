/**
 * What the fault layer costs. First its CPU time per frame with recording on: the same frames go
 * over LabSocket and over a bare socket to a broker that only answers, and the difference in this
 * process's CPU time is divided by the frames. The frames are those kafkajs sends: Produce with
 * one record, or a hundred, each answered before the next leaves. Then the throughput of kafkajs
 * through the layer against bare kafkajs on the real local cluster, in pairs that take turns to go
 * first.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { Kafka, logLevel } from 'kafkajs'
import type { Kafka as KafkaClient } from 'kafkajs'
import { createTopics, deleteTopics } from '../../lib/src/clusters/admin'
import { localCluster } from '../../lib/src/clusters/kafka/local-cluster'
import type { LocalCluster } from '../../lib/src/clusters/kafka/local-cluster'
import { WireClient } from '../../lib/src/clusters/wire-client'
import { FaultBoard } from '../../lib/src/lab/fault-board'
import type { FaultPowers } from '../../lib/src/lab/fault-board'
import { LabSocket } from '../../lib/src/lab/lab-socket'
import { Names } from '../../lib/src/lab/names'
import { Recorder } from '../../lib/src/lab/recorder'
import { produce } from '../../lib/src/protocol/apis/produce'
import { encodeRequest } from '../../lib/src/protocol/frame'
import { encodeRecordBatch } from '../../lib/src/protocol/record-batch-encode'
import { spread, type BenchResult } from './result'

const rounds = 7
const framesPerRound = 20_000
const goalUs = 50
const batches = 300
const batchSize = 100

export async function run(): Promise<BenchResult[]> {
  return [await cpuPerFrame(1), await cpuPerFrame(batchSize), ...(await throughput())]
}

// --- CPU time per frame

interface Line {
  write(bytes: Buffer): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  end(): unknown
}

async function cpuPerFrame(records: number): Promise<BenchResult> {
  const program = require.resolve('../support/stub-broker-process.ts')
  const broker = fork(program, { execArgv: ['--import', 'tsx'] })
  const [port] = (await once(broker, 'message')) as [number]
  const differences: number[] = []
  try {
    await exchange(await labLine(port), records)
    await exchange(await bareLine(port), records)
    for (let round = 0; round < rounds; round++) {
      const lab = await exchange(await labLine(port), records)
      const bare = await exchange(await bareLine(port), records)
      differences.push((lab - bare) / framesPerRound)
    }
  } finally {
    await stopped(broker)
  }
  return {
    name: `fault-layer: CPU time per frame, ${records} per Produce / ${goalUs} µs`,
    goal: records === 1 ? 'median at most 1' : 'reported',
    ratio: spread(differences.map((us) => us / goalUs)),
    runs: rounds,
    frameUs: spread(differences),
  }
}

async function stopped(broker: ChildProcess): Promise<void> {
  const exit = once(broker, 'exit')
  broker.disconnect()
  await exit
}

async function bareLine(port: number): Promise<Line> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.setNoDelay(true)
  await once(socket, 'connect')
  return socket
}

async function labLine(port: number): Promise<Line> {
  const recorder = new Recorder()
  return new Promise((resolve) => {
    const socket: LabSocket = new LabSocket(
      ownerOf(recorder, () => 1),
      { host: '127.0.0.1', port },
      () => resolve(socket),
    )
  })
}

function ownerOf(recorder: Recorder, brokerAt: () => number) {
  return {
    app: 'shop',
    attempt: 1,
    client: 'producer-1',
    recorder,
    board: new FaultBoard([], recorder, {} as FaultPowers),
    names: new Names('lab-bench-'),
    brokerAt,
    isBrokerUp: () => true,
    open: (host: string, port: number) => connect({ host, port }),
    failed: (error: unknown) => {
      throw error
    },
  }
}

/** Microseconds of CPU time for `framesPerRound` frames, requests and answers counted. */
async function exchange(line: Line, records: number): Promise<number> {
  const requests = framesPerRound / 2
  const frames = Array.from({ length: 64 }, (_, index) => produceFrame(index, records))
  const begin = process.cpuUsage()
  await new Promise<void>((resolve) => {
    let sent = 0
    const next = () => {
      if (sent === requests) return resolve()
      const frame = Buffer.from(frames[sent % frames.length] as Buffer)
      frame.writeInt32BE(sent++, 8)
      line.write(frame)
    }
    line.on('data', next)
    next()
  })
  const { user, system } = process.cpuUsage(begin)
  line.end()
  return user + system
}

function produceFrame(number: number, count: number): Buffer {
  const values = Array.from({ length: count }, (_, index) => `order-${number * count + index}`)
  const batch = { records: values.map((value) => ({ key: 'ann', value })), timestampMs: Date.now() }
  const records = encodeRecordBatch(batch)
  const topics = [{ topic: 'lab-bench-orders', partitions: [{ partition: 0, records }] }]
  const header = { correlationId: 0, clientId: 'shop' }
  const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topics }
  return encodeRequest(produce, header, request)
}

// --- throughput on the real cluster

async function throughput(): Promise<BenchResult[]> {
  const cluster = await localCluster()
  const wire = new WireClient({ brokers: cluster.brokers, clientId: 'bench' })
  const produced: [number, number][] = []
  const consumed: [number, number][] = []
  try {
    await onePair(cluster, wire, 'lab first')
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? 'lab first' : 'bare first'
      const pair = await onePair(cluster, wire, order)
      produced.push(pair.produced)
      consumed.push(pair.consumed)
    }
  } finally {
    await wire.close()
    await cluster.stop()
  }
  return [result('produce in batches of 100', produced), result('consume', consumed)]
}

function result(what: string, pairs: [number, number][]): BenchResult {
  return {
    name: `fault-layer: ${what}, messages per second with it / without`,
    goal: 'reported',
    ratio: spread(pairs.map(([lab, bare]) => lab / bare)),
    runs: rounds,
    labPerSecond: spread(pairs.map(([lab]) => lab)),
    barePerSecond: spread(pairs.map(([, bare]) => bare)),
  }
}

type Pair = { produced: [number, number]; consumed: [number, number] }

async function onePair(
  cluster: LocalCluster,
  wire: WireClient,
  order: 'lab first' | 'bare first',
): Promise<Pair> {
  const topic = `bench-${Date.now().toString(36)}`
  const topics = ['lab', 'bare'].map((kind) => `${topic}-${kind}`)
  const plans = topics.map((name) => ({ name, assignment: [[1, 2, 3]], config: {} }))
  await createTopics(wire, plans)
  const pair: Pair = { produced: [0, 0], consumed: [0, 0] }
  for (const side of order === 'lab first' ? [0, 1] : [1, 0]) {
    const kafka = side === 0 ? labClient(cluster) : bareClient(cluster)
    pair.produced[side] = await producePerSecond(kafka, topics[side] as string)
    pair.consumed[side] = await consumePerSecond(kafka, topics[side] as string)
  }
  await deleteTopics(wire, topics)
  return pair
}

function bareClient({ brokers }: LocalCluster): KafkaClient {
  const list = brokers.map(({ host, port }) => `${host}:${port}`)
  return new Kafka({ clientId: 'shop', brokers: list, logLevel: logLevel.NOTHING })
}

/** The same kafkajs with the lab's sockets, so that nothing differs but the fault layer. */
function labClient({ brokers }: LocalCluster): KafkaClient {
  const owner = ownerOf(new Recorder(), () => 1)
  return new Kafka({
    clientId: 'shop',
    brokers: brokers.map(({ host, port }) => `${host}:${port}`),
    logLevel: logLevel.NOTHING,
    socketFactory: ({ host, port, onConnect }) =>
      new LabSocket(owner, { host, port }, onConnect) as unknown as ReturnType<typeof connect>,
  })
}

async function producePerSecond(kafka: KafkaClient, topic: string): Promise<number> {
  const producer = kafka.producer()
  await producer.connect()
  const send = (batch: number) => {
    const messages = Array.from({ length: batchSize }, (_, index) => ({
      key: `key-${index}`,
      value: `order-${batch * batchSize + index}`,
    }))
    return producer.send({ topic, messages })
  }
  await send(-1)
  const begin = performance.now()
  for (let batch = 0; batch < batches; batch++) await send(batch)
  const seconds = (performance.now() - begin) / 1000
  await producer.disconnect()
  return Math.round((batches * batchSize) / seconds)
}

/** From the first message handled to the last, so that joining the group does not count. */
async function consumePerSecond(kafka: KafkaClient, topic: string): Promise<number> {
  const groupId = `${topic}-group`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 20, maxBytesPerPartition: 65_536 })
  const events = new EventEmitter()
  const total = (batches + 1) * batchSize
  let handled = 0
  let begin = 0
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const all = once(events, 'all')
  await consumer.run({
    eachMessage: async () => {
      if (handled === 0) begin = performance.now()
      if (++handled === total) events.emit('all')
    },
  })
  await all
  const seconds = (performance.now() - begin) / 1000
  await consumer.disconnect()
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteGroups([groupId])
  await admin.disconnect()
  return Math.round(total / seconds)
}
