/** The wire server on one connection: bytes in, bytes out, the cluster behind it a stub. */
import assert from 'node:assert/strict'
import { BrokerConnection } from '../../../../lib/src/clusters/embedded/broker-connection'
import type { BrokerSession } from '../../../../lib/src/clusters/embedded/broker-session'
import { apiVersions } from '../../../../lib/src/protocol/apis/api-versions'
import { brokerFeatures } from '../../../../lib/src/protocol/apis/broker-features'
import { produce } from '../../../../lib/src/protocol/apis/produce'
import {
  correlationIdOfResponse,
  decodeResponse,
  encodeRequest,
} from '../../../../lib/src/protocol/frame'
import { apis, type AnyApi } from '../../../../lib/src/protocol/registry'
import { Reader } from '../../../../lib/src/protocol/reader'
import { frames } from '../../protocol/fixtures'
import { askMetadata, askVersions, send } from './clients'
import { StubCluster } from './stub-cluster'

const brokers = [{ id: 1, host: '127.0.0.1', port: 9091 }]
const maxRequestBytes = 10_000

function connected() {
  const cluster = new StubCluster(brokers)
  const written: Buffer[] = []
  const events: string[] = []
  const connection = new BrokerConnection(
    cluster.connect(1) as BrokerSession,
    {
      write(bytes) {
        written.push(bytes)
        events.push(`answer ${correlationIdOfResponse(bytes)}`)
      },
      end: () => events.push('end'),
      reset: () => events.push('reset'),
    },
    maxRequestBytes,
  )
  const settle = (): void => cluster.advanceTo(cluster.queue.now() + 1_000_000)
  return { cluster, connection, written, events, settle }
}

/** A whole frame: this API key and version, correlation id 5, client id null, then `message`. */
function frame(key: number, version: number, message = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(14 + message.length)
  bytes.writeInt32BE(10 + message.length, 0)
  bytes.writeInt16BE(key, 4)
  bytes.writeInt16BE(version, 6)
  bytes.writeInt32BE(5, 8)
  bytes.writeInt16BE(-1, 12)
  message.copy(bytes, 14)
  return bytes
}

function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.writeInt32BE(length)
  return bytes
}

describe('the wire server', () => {
  it('takes requests apart however TCP cut them', () => {
    const stream = Buffer.concat([askVersions(1), send(2, 'order-1'), askMetadata(3)])
    for (const size of [1, 3, 7, 50, stream.length]) {
      const { cluster, connection, events, settle } = connected()
      for (let at = 0; at < stream.length; at += size) {
        connection.receive(stream.subarray(at, at + size))
      }
      settle()
      assert.deepEqual(events, ['answer 1', 'answer 2', 'answer 3'], `in chunks of ${size}`)
      assert.deepEqual(cluster.values, ['order-1'])
    }
  })

  it('hands the cluster one request at a time, and the next when the answer is out', () => {
    const { cluster, connection, events } = connected()
    connection.receive(Buffer.concat([send(1, 'a'), send(2, 'b'), send(3, 'c')]))
    const log: string[] = []
    for (let ms = 1; ms <= 3; ms++) {
      cluster.advanceTo(ms)
      log.push(`${cluster.values.join('')} ${events.length} ${connection.isBusy}`)
    }
    assert.deepEqual(log, ['a 1 true', 'ab 2 false', 'abc 3 false'])
  })

  it('answers ten thousand waiting requests of a session that answers at once', () => {
    const answers: Buffer[] = []
    const session: BrokerSession = {
      onClose: () => undefined,
      close: () => undefined,
      request: (_api, _request, _header, reply) =>
        reply({ errorCode: 0, apiKeys: [], throttleTimeMs: 0 }),
    }
    const end = () => assert.fail('closed')
    const client = { write: (bytes: Buffer) => void answers.push(bytes), end, reset: end }
    const ids = Array.from({ length: 10_000 }, (_, index) => index)
    new BrokerConnection(session, client, maxRequestBytes).receive(
      Buffer.concat(ids.map(askVersions)),
    )
    assert.deepEqual(answers.map(correlationIdOfResponse), ids)
  })

  it('says nothing to a Produce with acks 0, and goes on with the next request', () => {
    const { cluster, connection, events, settle } = connected()
    connection.receive(Buffer.concat([send(1, 'a', 0), send(2, 'b', 0), send(3, 'c')]))
    settle()
    assert.deepEqual(events, ['answer 3'])
    assert.deepEqual(cluster.values, ['a', 'b', 'c'])
  })

  it('reads and answers every API of the registry as a real broker did', () => {
    for (const { direction, api, bytes } of frames) {
      if (direction === 'response' || api === 'Produce') continue
      const { cluster, connection, events, settle } = connected()
      connection.receive(bytes)
      settle()
      assert.deepEqual(events, [`answer ${bytes.readInt32BE(8)}`], api)
      assert.deepEqual(cluster.handled, [api])
    }
  })

  it('leaves a batch with a wrong checksum to the cluster: CORRUPT_MESSAGE', () => {
    const { connection, written, cluster, settle } = connected()
    const bytes = send(1, 'order-1')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2)
    connection.receive(Buffer.concat([bytes, send(2, 'order-2')]))
    settle()
    const codes = written.map((answer) => {
      return decodeResponse(produce, answer).response.topics[0]?.partitions[0]?.errorCode
    })
    assert.deepEqual(codes, [2, 0])
    assert.deepEqual(cluster.values, ['order-2'])
  })

  describe('ApiVersions', () => {
    it('names for each key the versions of the registry, in either version', () => {
      const { connection, written, settle } = connected()
      const header = { correlationId: 2, clientId: 'test' }
      const client = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
      connection.receive(askVersions(1))
      connection.receive(encodeRequest(brokerFeatures, header, client))
      settle()
      const [plain, flexible] = written as [Buffer, Buffer]
      const { apiKeys } = decodeResponse(apiVersions, plain).response
      assert.deepEqual(decodeResponse(brokerFeatures, flexible).response.apiKeys, apiKeys)
      for (const { key, version } of apis as readonly AnyApi[]) {
        const ranges = apiKeys.filter(({ apiKey }) => apiKey === key)
        assert.equal(ranges.length, 1, `key ${key}`)
        const [{ minVersion, maxVersion }] = ranges as [(typeof ranges)[number]]
        assert.ok(minVersion <= version && version <= maxVersion, `key ${key}`)
      }
    })

    for (const version of [0, 1, 4, 127, -1]) {
      it(`in version ${version} is answered in version 0: UNSUPPORTED_VERSION (KIP-511)`, () => {
        const { connection, written, events, settle } = connected()
        const unread = Buffer.from('whatever a later version has')
        connection.receive(Buffer.concat([frame(18, version, unread), askVersions(6)]))
        settle()
        assert.deepEqual(events, ['answer 5', 'answer 6'])
        const reader = new Reader(written[0] as Buffer, 8)
        const fields = Array.from({ length: 1 }, () => [
          reader.int16(),
          reader.int32(),
          reader.int16(),
          reader.int16(),
          reader.int16(),
        ])
        reader.end('the answer')
        assert.deepEqual(fields, [[35, 1, 18, 2, 3]])
      })
    }

    it('is not answered by a broker that stands still, whatever its version', () => {
      const { cluster, connection, events, settle } = connected()
      cluster.paused.add(1)
      connection.receive(frame(18, 4))
      settle()
      assert.deepEqual(events, [])
      cluster.resume(1)
      settle()
      assert.deepEqual(events, ['answer 5'])
    })
  })

  describe('closes the connection, and the cluster hears nothing of it,', () => {
    const cut = send(4, 'torn')
    const wrongs: Record<string, Buffer> = {
      'after an API key that is not spoken': frame(78, 1),
      'after SaslHandshake': frame(17, 1),
      'after a version that is not spoken': frame(0, 9),
      'after a header that is cut': Buffer.from([0, 0, 0, 3, 0, 18, 0]),
      'after an ApiVersions header that is cut': Buffer.from([0, 0, 0, 4, 0, 18, 0, 9]),
      'after an empty frame': Buffer.from([0, 0, 0, 0]),
      'after a message that is cut': frame(produce.key, produce.version, Buffer.from([0, 1])),
      'after a message with a byte too many': frame(18, 2, Buffer.from([0])),
      'after a length that is negative': prefix(-2),
      'after a length beyond socket.request.max.bytes': prefix(maxRequestBytes + 1),
      'after bytes of another protocol': Buffer.from('GET / HTTP/1.1\r\nhost: kafka\r\n\r\n'),
      'when the stream ends inside a frame': cut.subarray(0, cut.length - 1),
      'when the stream ends inside a length': Buffer.from([0, 0]),
    }
    for (const [when, bytes] of Object.entries(wrongs)) {
      it(`${when}; what came before is answered, what comes behind is not`, () => {
        const { cluster, connection, events, settle } = connected()
        connection.receive(send(1, 'before'))
        connection.receive(bytes)
        if (when.includes('ends')) connection.receiveEnd()
        else connection.receive(send(2, 'behind'))
        settle()
        assert.deepEqual(events, ['answer 1', 'end'])
        assert.deepEqual(cluster.values, ['before'])
        assert.equal(cluster.open, 0)
        connection.receive(askVersions(3))
        settle()
        assert.deepEqual(cluster.handled, ['Produce'])
        assert.equal(connection.isBusy, false, 'it keeps what nobody will handle')
      })
    }

    it('after a Produce with acks 0 was handled, too', () => {
      for (const wrong of [prefix(-2), frame(78, 1), undefined]) {
        const { cluster, connection, events, settle } = connected()
        connection.receive(send(1, 'before', 0))
        if (wrong) connection.receive(wrong)
        else connection.receiveEnd()
        connection.receive(send(2, 'behind'))
        settle()
        assert.deepEqual(cluster.values, ['before'])
        assert.deepEqual(events, ['end'])
        assert.equal(cluster.open, 0)
      }
    })
  })

  it('takes a frame that is exactly as long as socket.request.max.bytes', () => {
    const { connection, cluster, settle } = connected()
    const around = send(1, '').length - 4
    // A longer value has longer lengths inside the batch.
    for (let length = maxRequestBytes - around; ; length--) {
      const bytes = send(1, 'x'.repeat(length))
      if (bytes.length - 4 > maxRequestBytes) continue
      assert.equal(bytes.length - 4, maxRequestBytes)
      connection.receive(bytes)
      break
    }
    settle()
    assert.equal(cluster.values.length, 1)
  })

  it('lets the answer fall when the client is gone, and closes the session once', () => {
    const { cluster, connection, events, settle } = connected()
    connection.receive(send(1, 'order-1'))
    connection.drop()
    connection.drop()
    settle()
    assert.deepEqual(events, [])
    assert.equal(cluster.open, 0)
  })

  it('lets a fault of the cluster or of its own through: it is not the client’s', () => {
    const session: BrokerSession = {
      onClose: () => undefined,
      close: () => undefined,
      request: () => {
        throw new RangeError('a bug')
      },
    }
    const end = () => assert.fail('closed')
    const client = { write: end, end, reset: end }
    const connection = new BrokerConnection(session, client, maxRequestBytes)
    assert.throws(() => connection.receive(askVersions(1)), { message: 'a bug' })
    assert.throws(() => connection.receive(undefined as never), TypeError)
  })
})
