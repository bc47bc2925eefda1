/**
 * Sends mutated frames to a cluster's wire server, each on a connection of its own that the client
 * ends behind it, and looks at every answer: it must be one that Kafka's protocol has for this
 * request, or the connection is closed. An exception anywhere in server or cluster ends the test.
 */
import assert from 'node:assert/strict'
import { BrokerConnection } from '../../../../lib/src/clusters/embedded/broker-connection'
import type { ServedCluster } from '../../../../lib/src/clusters/embedded/broker-session'
import { MalformedFrameError } from '../../../../lib/src/protocol/frame-errors'
import { decodeRequest, decodeResponse } from '../../../../lib/src/protocol/frame'
import { FrameSplitter } from '../../../../lib/src/protocol/frame-splitter'
import { seededRandom } from '../../../../lib/src/simulation/random'
import { mutatedFrame } from './mutations'

export interface FuzzResult {
  /** Requests that were understood, and answered. */
  answered: number
  /** ApiVersions in an unknown version. */
  unsupported: number
  /** Connections closed without an answer. */
  closed: number
  /** Connections of which a request still waits, at most as long as it asked to: Fetch, JoinGroup. */
  waiting: number
}

export interface FuzzOptions {
  cluster: ServedCluster
  /** Each gets its turn. */
  brokers: readonly number[]
  seed: number
  frames: number
  /** Virtual time from one frame to the next. */
  stepMs: number
  /** The cluster's time at the beginning; default 0. */
  firstMs?: number
  maxRequestBytes: number
}

export function fuzz(options: FuzzOptions): FuzzResult {
  const { cluster, brokers, seed, frames, stepMs, maxRequestBytes, firstMs = 0 } = options
  const random = seededRandom(seed, 'mutations')
  const result: FuzzResult = { answered: 0, unsupported: 0, closed: 0, waiting: 0 }
  for (let index = 1; index <= frames; index++) {
    const broker = brokers[index % brokers.length] as number
    const session = cluster.connect(broker)
    assert.ok(session !== 'refused', `broker ${broker} is gone after ${index - 1} frames`)
    const frame = mutatedFrame(random)
    const sent = sentOf(frame, maxRequestBytes)
    result.waiting++
    const ended = (): void => {
      result.waiting--
      if (sent.answers === 0) result.closed++
    }
    const client = {
      write: (bytes: Buffer) => void result[check(sent, bytes)]++,
      end: ended,
      reset: () => assert.fail('the broker died'),
    }
    const connection = new BrokerConnection(session, client, maxRequestBytes)
    connection.receive(frame)
    connection.receiveEnd()
    cluster.advanceTo(firstMs + index * stepMs)
  }
  return result
}

interface Sent {
  /** All bytes, as text for errors. */
  what: string
  /** What has no answer yet: one frame, or more where a wrong length cut it. */
  frames: Buffer[]
  answers: number
}

function sentOf(stream: Buffer, maxRequestBytes: number): Sent {
  const sent: Sent = { what: stream.toString('hex'), frames: [], answers: 0 }
  if (stream.readInt32BE() === stream.length - 4) return { ...sent, frames: [stream] }
  const splitter = new FrameSplitter(maxRequestBytes)
  // Byte by byte, so that frames before a wrong length are not forgotten.
  for (let at = 0; at < stream.length; at++) {
    try {
      sent.frames.push(...splitter.push(stream.subarray(at, at + 1)))
    } catch (error) {
      assert.ok(error instanceof MalformedFrameError, String(error))
      break
    }
  }
  return sent
}

function check(sent: Sent, answer: Buffer): 'answered' | 'unsupported' {
  sent.answers++
  const correlationId = answer.readInt32BE(4)
  const isItsOwn = (frame: Buffer) => frame.length >= 12 && frame.readInt32BE(8) === correlationId
  const index = sent.frames.findIndex(isItsOwn)
  assert.ok(index >= 0, `an answer to nothing that was asked: ${sent.what}`)
  const [frame] = sent.frames.splice(0, index + 1).slice(-1) as [Buffer]
  const isApiVersions = frame.readInt16BE(4) === 18
  const version = frame.readInt16BE(6)
  if (isApiVersions && version !== 2 && version !== 3) {
    assert.equal(answer.readInt16BE(8), 35, sent.what)
    return 'unsupported'
  }
  decodeResponse(decodeRequest(frame).api, answer)
  return 'answered'
}
