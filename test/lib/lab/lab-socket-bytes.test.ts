/** The socket on its own: requests in pieces or together, and bytes that are no request. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { apiVersions } from '../../../lib/src/protocol/apis/api-versions'
import { produce } from '../../../lib/src/protocol/apis/produce'
import { encodeRequest } from '../../../lib/src/protocol/frame'
import { FrameSplitter } from '../../../lib/src/protocol/frame-splitter'
import { encodeRecordBatch } from '../../../lib/src/protocol/record-batch-encode'
import { FaultBoard } from '../../../lib/src/lab/fault-board'
import type { FaultPowers } from '../../../lib/src/lab/fault-board'
import { LabSocket } from '../../../lib/src/lab/lab-socket'
import { Names } from '../../../lib/src/lab/names'
import { Recorder } from '../../../lib/src/lab/recorder'
import { StubBroker } from '../../support/stub-broker'

const powers = {} as FaultPowers

function versions(correlationId: number): Buffer {
  return encodeRequest(apiVersions, { correlationId, clientId: 'test' }, {})
}

describe('a socket of the lab', () => {
  let broker: StubBroker
  let errors: string[]
  let recorder: Recorder
  beforeEach(async () => {
    broker = await StubBroker.start()
    recorder = new Recorder()
    errors = []
  })
  afterEach(() => broker.stop())

  async function open(): Promise<LabSocket> {
    const owner = {
      app: 'shop',
      attempt: 1,
      client: 'producer-1',
      recorder,
      board: new FaultBoard([], recorder, powers),
      names: new Names('lab-'),
      brokerAt: () => 1,
      isBrokerUp: () => true,
      open: (host: string, port: number) => connect({ host, port }),
      failed: (error: unknown) => void errors.push((error as Error).message),
    }
    return new Promise((resolve) => {
      const address = { host: '127.0.0.1', port: broker.port }
      const socket: LabSocket = new LabSocket(owner, address, () => resolve(socket))
    })
  }

  async function answers(socket: LabSocket, count: number): Promise<number[]> {
    const splitter = new FrameSplitter()
    const ids: number[] = []
    return new Promise((resolve) =>
      socket.on('data', (chunk: Buffer) => {
        ids.push(...splitter.push(chunk).map((frame) => frame.readInt32BE(4)))
        if (ids.length === count) resolve(ids)
      }),
    )
  }

  it('joins a request that comes byte by byte', async () => {
    const socket = await open()
    const answered = answers(socket, 1)
    for (const byte of versions(7)) socket.write(Buffer.from([byte]))
    assert.deepEqual(await answered, [7])
    socket.end()
    await socket.closed
  })

  it('parts requests that come together, one of them torn', async () => {
    const socket = await open()
    const answered = answers(socket, 3)
    const bytes = Buffer.concat([versions(1), versions(2), versions(3)])
    socket.write(bytes.subarray(0, bytes.length - 5))
    socket.write(bytes.subarray(bytes.length - 5))
    assert.deepEqual(await answered, [1, 2, 3])
    assert.equal(recorder.events.filter(({ type }) => type === 'frame').length, 6)
    socket.end()
    await socket.closed
  })

  it('keeps the answer to its own request behind an acks=0 Produce to itself', async () => {
    const socket = await open()
    const heard: Buffer[] = []
    socket.on('data', (chunk: Buffer) => void heard.push(chunk))
    const records = encodeRecordBatch({ records: [{ value: 'a' }], timestampMs: 0 })
    const topics = [{ topic: 'orders', partitions: [{ partition: 0, records }] }]
    const sent = { transactionalId: null, acks: 0, timeoutMs: 1000, topics }
    socket.write(encodeRequest(produce, { correlationId: 1, clientId: 'test' }, sent))
    socket.end()
    await socket.closed
    assert.deepEqual(broker.values, ['a'])
    assert.deepEqual(
      broker.asked.map(({ api }) => api),
      ['Produce', 'ApiVersions'],
    )
    assert.deepEqual(heard, [])
    const answers = recorder.events.filter(
      (event) => event.type === 'frame' && event.direction === 'response',
    )
    assert.equal(answers.length, 1)
  })

  it('refuses an API it does not know, by its number, and nothing of it leaves', async () => {
    const socket = await open()
    const unknown = versions(1)
    unknown.writeInt16BE(77, 4)
    socket.write(unknown)
    assert.equal(errors.length, 1)
    assert.match(errors[0] as string, /shop's connection to broker 1: .*77/)
    await socket.closed
    assert.deepEqual(broker.asked, [])
  })

  it('refuses an end in the middle of a request', async () => {
    const socket = await open()
    socket.write(versions(1).subarray(0, 9))
    socket.end()
    assert.match(errors.join(), /ended inside a frame: 9 bytes came/)
    await socket.closed
  })

  it('can be ended and crashed again and again', async () => {
    const socket = await open()
    socket.end()
    socket.end()
    socket.crash()
    socket.crash()
    socket.end()
    await socket.closed
    assert.equal(socket.write(versions(1)), false)
    const states = recorder.events.filter(({ type }) => type === 'connection')
    assert.equal(states.length, 2)
    assert.deepEqual(errors, [])
  })
})
