/**
 * A cluster for tests of what stands in front of one: its brokers know one list of values, answer
 * Produce, Metadata and ApiVersions themselves and everything else as a real broker once did. Each
 * request takes a millisecond. It can be killed, paused and made to hang up.
 */
import assert from 'node:assert/strict'
import type {
  BrokerSession,
  ServedCluster,
} from '../../../../lib/src/clusters/embedded/broker-session'
import type { SessionEnd } from '../../../../lib/src/simulation/broker/client-session'
import type { BrokerAddress } from '../../../../lib/src/clusters/cluster'
import type { RequestOf } from '../../../../lib/src/protocol/api'
import type { metadata } from '../../../../lib/src/protocol/apis/metadata'
import type { produce } from '../../../../lib/src/protocol/apis/produce'
import { errorCode } from '../../../../lib/src/protocol/errors'
import { MalformedFrameError, TornFrameError } from '../../../../lib/src/protocol/frame-errors'
import { decodeResponse } from '../../../../lib/src/protocol/frame'
import { decodeRecordBatches } from '../../../../lib/src/protocol/record-batch'
import { apis, type AnyApi } from '../../../../lib/src/protocol/registry'
import { versionRanges } from '../../../../lib/src/protocol/version-ranges'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import { frames } from '../../protocol/fixtures'

const handlingMs = 1

/** What a real broker answered, by API. */
const captured = new Map<string, unknown>()
for (const { direction, api, apiVersion, bytes } of frames) {
  if (direction === 'request' || captured.has(api)) continue
  const speaks = apis.find(({ name, version }) => name === api && version === apiVersion)
  assert.ok(speaks)
  captured.set(api, decodeResponse(speaks as AnyApi, bytes).response)
}

interface Waiting {
  api: AnyApi
  request: unknown
  reply: (response: unknown) => void
}

class StubSession implements BrokerSession {
  onClose: (how: SessionEnd) => void = () => undefined
  state: 'open' | 'closed' = 'open'
  private readonly waiting: Waiting[] = []
  private timer: 'set' | 'none' = 'none'

  constructor(
    readonly broker: number,
    private readonly cluster: StubCluster,
  ) {}

  request(api: AnyApi, request: unknown, _header: unknown, reply: Waiting['reply']): void {
    assert.equal(this.state, 'open', 'a request on a closed session')
    this.waiting.push({ api, request, reply })
    this.handleSoon()
  }

  close(): void {
    assert.equal(this.state, 'open', 'a session closed twice')
    this.state = 'closed'
  }

  end(how: SessionEnd): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.onClose(how)
  }

  handleSoon(): void {
    if (this.timer === 'set' || this.waiting.length === 0) return
    this.timer = 'set'
    this.cluster.queue.after(handlingMs, () => {
      this.timer = 'none'
      const [next] = this.waiting
      if (!next || this.state === 'closed' || this.cluster.paused.has(this.broker)) return
      this.waiting.shift()
      const response = this.cluster.handle(this, next)
      if (response !== undefined) next.reply(response)
      this.handleSoon()
    })
  }
}

export class StubCluster implements ServedCluster {
  readonly queue = new EventQueue()
  readonly values: string[] = []
  /** API names in the order in which requests were handled. */
  readonly handled: string[] = []
  readonly dead = new Set<number>()
  readonly paused = new Set<number>()
  readonly sessions: StubSession[] = []
  /** What a Produce does. */
  produces: 'append' | 'hang up' = 'append'

  constructor(readonly brokers: readonly BrokerAddress[]) {}

  get nextAtMs(): number | undefined {
    return this.queue.nextAtMs
  }

  advanceTo(nowMs: number): void {
    while (this.queue.runNext(nowMs));
    this.queue.passTo(nowMs)
  }

  get open(): number {
    return this.sessions.filter(({ state }) => state === 'open').length
  }

  connect(broker: number): BrokerSession | 'refused' {
    if (this.dead.has(broker)) return 'refused'
    const session = new StubSession(broker, this)
    this.sessions.push(session)
    return session
  }

  kill(broker: number): void {
    this.dead.add(broker)
    for (const session of this.sessions) if (session.broker === broker) session.end('killed')
  }

  resume(broker: number): void {
    this.paused.delete(broker)
    for (const session of this.sessions) if (session.broker === broker) session.handleSoon()
  }

  /** What was and is over. */
  forget(): void {
    for (const list of [this.values, this.handled]) list.length = 0
    const open = this.sessions.filter(({ state }) => state === 'open')
    this.sessions.splice(0, Infinity, ...open)
  }

  handle(session: StubSession, { api, request }: Waiting): unknown {
    this.handled.push(api.name)
    switch (api.name) {
      case 'ApiVersions':
        return { ...fine, apiKeys: versionRanges(), supportedFeatures: [] }
      case 'Metadata':
        return this.metadata(request as RequestOf<typeof metadata>)
      case 'Produce':
        return this.produce(session, request as RequestOf<typeof produce>)
      default:
        return captured.get(api.name)
    }
  }

  private metadata({ topics }: RequestOf<typeof metadata>): unknown {
    const ids = this.brokers.map(({ id }) => id)
    const state = { errorCode: 0, replicas: ids, isr: ids, offlineReplicas: [] }
    return {
      throttleTimeMs: 0,
      brokers: this.brokers.map(({ id, host, port }) => ({ nodeId: id, host, port, rack: null })),
      clusterId: 'stub',
      controllerId: ids[0],
      topics: (topics ?? []).map((topic) => ({
        errorCode: 0,
        topic,
        isInternal: false,
        partitions: ids.map((leaderId, partition) => ({ ...state, partition, leaderId })),
      })),
    }
  }

  private produce(session: StubSession, request: RequestOf<typeof produce>): unknown {
    if (this.produces === 'hang up') {
      session.end('closed')
      return undefined
    }
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, records }) => ({
        partition,
        baseOffset: this.values.length,
        errorCode: errorCode(this.append(records) ? 'NONE' : 'CORRUPT_MESSAGE'),
        logAppendTimeMs: -1,
        logStartOffset: 0,
      })),
    }))
    return request.acks === 0 ? undefined : { topics, throttleTimeMs: 0 }
  }

  /** False for bytes that are no record batch. */
  private append(records: Buffer | null): boolean {
    try {
      const batches = decodeRecordBatches(records ?? Buffer.alloc(0), 'refuse')
      const values = batches.flatMap(({ records: all }) => all.map(({ value }) => String(value)))
      this.values.push(...values)
      return true
    } catch (error) {
      const isWrong = error instanceof MalformedFrameError || error instanceof TornFrameError
      assert.ok(isWrong, String(error))
      return false
    }
  }
}

const fine = { errorCode: 0, throttleTimeMs: 0 }
