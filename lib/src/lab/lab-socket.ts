/**
 * The socket that kafkajs gets: it stands between kafkajs and the broker's TCP connection, takes
 * the bytes apart into frames, records each with its fate, and lets the fault board hold, swallow,
 * copy or break it. Each direction is first in, first out, as TCP and Kafka's brokers are: a frame
 * that waits holds up those behind it.
 *
 * Kafka never answers a Produce with acks=0. Behind each one the lab sends an ApiVersions request
 * of its own; brokers work through a connection's requests in order, so its answer proves that the
 * Produce was handled. kafkajs sees neither.
 */
import { EventEmitter } from 'node:events'
import type { ByteStream } from '../clusters/byte-stream'
import { setLabImmediate } from '../clusters/lab-timers'
import type { Fate } from '../history/events'
import type { Point } from '../history/plan'
import { describeRequest, describeResponse, encodeApiVersionsRequest } from '../protocol/describe'
import type { RequestDescription } from '../protocol/describe'
import { correlationIdOfResponse } from '../protocol/frame'
import { FrameSplitter } from '../protocol/frame-splitter'
import { ConnectionRecord } from './connection-record'
import type { ConnectionOwner } from './connection-record'
import { RunError } from './errors'
import type { FaultBoard, FrameControls } from './fault-board'
import type { Names } from './names'
import { resendRequest } from './resent-request'
import { StepQueue } from './step-queue'

/** What all sockets of one client share. */
export interface SocketOwner extends ConnectionOwner {
  board: FaultBoard
  names: Names
  /** The broker that listens there; -1 while only its bootstrap address is known. */
  brokerAt(host: string, port: number): number
  open(host: string, port: number): ByteStream
  /** False once a fault has struck the broker: then a response may well be torn. */
  isBrokerUp(broker: number): boolean
  /** A frame that cannot be understood ends the run with this error. */
  failed(error: unknown): void
}

interface InFlight {
  frame: number
  bytes: Buffer
  description: RequestDescription
  responsePoints: readonly Point[]
  copy?: 'duplicate' | 'barrier'
}

const firstBarrierId = 0x70000000

export class LabSocket extends EventEmitter {
  /** Resolves when the connection to the broker is closed. */
  readonly closed: Promise<void>
  private readonly broker: number
  private readonly record: ConnectionRecord
  private readonly upstream: ByteStream
  private readonly requests = new FrameSplitter()
  private readonly responses = new FrameSplitter()
  private readonly outgoing = new StepQueue(() => this.endIfDone())
  private readonly incoming = new StepQueue(() => this.endIfDone())
  private readonly inFlight: InFlight[] = []
  private state: 'opening' | 'open' | 'ending' | 'closed' = 'opening'
  private barriersSent = 0
  private barriersPassed = 0

  constructor(
    private readonly owner: SocketOwner,
    private readonly address: { host: string; port: number },
    onConnect: () => void,
  ) {
    super()
    this.broker = owner.brokerAt(address.host, address.port)
    this.record = new ConnectionRecord(owner, this.broker)
    this.upstream = owner.open(address.host, address.port)
    this.upstream.on('connect', () => {
      if (this.state !== 'opening') return
      this.state = 'open'
      this.record.state('opened')
      onConnect()
    })
    this.upstream.on('data', (chunk: Buffer) => this.bytesArrive(chunk))
    this.upstream.on('end', () => {
      if (this.state === 'open' && owner.isBrokerUp(this.broker)) {
        this.guard(() => this.responses.end())
      }
      this.brokerCloses()
    })
    this.upstream.on('error', (error) => this.brokerCloses(error))
    this.closed = new Promise((resolve) =>
      this.upstream.on('close', () => {
        this.brokerCloses()
        resolve()
      }),
    )
  }

  // --- what kafkajs calls

  write(data: Buffer | string, encoding?: BufferEncoding): boolean {
    if (!this.writable) return false
    const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : data
    this.guard(() => {
      for (const frame of this.requests.push(bytes)) {
        if (this.writable) this.requestLeaves(frame)
      }
    })
    return true
  }

  /** Ends the connection once what was written is out and every acks=0 Produce was handled. */
  end(): this {
    if (this.state === 'closed' || this.state === 'ending') return this
    this.guard(() => this.requests.end())
    if (this.state === 'open') this.record.state('closed', 'app')
    if (!this.isClosed) this.state = 'ending'
    this.endIfDone()
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  // --- what the lab calls

  /** The app dies: nothing more leaves and nothing more arrives. */
  crash(): void {
    this.finish('crash', 'crashed')
    this.removeAllListeners()
    this.upstream.destroy()
  }

  // --- requests

  private requestLeaves(bytes: Buffer): void {
    const description = describeRequest(bytes)
    const { app, attempt, board, names } = this.owner
    names.fieldsInside(description.fields)
    const { api, fields } = description
    const hits = board.requestLeaves({ api, fields, app, attempt, broker: this.broker })
    const atOnce = hits.request.length === 0 && this.outgoing.idle
    const fate = atOnce ? 'delivered' : undefined
    const frame = this.record.request(description, bytes.length, { fate })
    const entry: InFlight = { frame, bytes, description, responsePoints: hits.response }
    if (atOnce) this.forward(entry)
    else this.outgoing.push(() => this.passRequest(entry, hits.request))
  }

  private passRequest(entry: InFlight, points: readonly Point[]): Promise<void> | undefined {
    const { app, attempt, board } = this.owner
    let copies = 0
    const controls: FrameControls = {
      ...this.frameControls(entry.frame),
      duplicate: () => void copies++,
      resend: (signal) => this.resend(entry, signal),
    }
    const goOn = (outcome: 'consumed' | 'goes on') => {
      if (!this.writable) return
      if (outcome === 'goes on') {
        this.record.fate(entry.frame, 'delivered')
        this.forward(entry)
      }
      for (; copies > 0; copies--) this.sendCopy(entry)
    }
    const work = board.pass(points, { app, attempt, controls })
    if (work) return work.then(goOn)
    goOn('goes on')
    return undefined
  }

  private forward(entry: InFlight): void {
    if (entry.description.expectsResponse) this.inFlight.push(entry)
    this.upstream.write(entry.bytes)
    if (!entry.description.expectsResponse) this.sendBarrier(entry)
  }

  private sendCopy(original: InFlight): void {
    const { description, bytes } = original
    const how = { fate: 'delivered', copy: 'duplicate' } as const
    const frame = this.record.request(description, bytes.length, how)
    this.forward({ ...original, frame, responsePoints: [], copy: 'duplicate' })
  }

  private sendBarrier(behind: InFlight): void {
    const correlationId = firstBarrierId + this.barriersSent++
    const bytes = encodeApiVersionsRequest({ correlationId, clientId: 'kafka-lab' })
    const description = describeRequest(bytes)
    const how = { fate: 'delivered', copy: 'barrier' } as const
    const frame = this.record.request(description, bytes.length, how)
    const { responsePoints } = behind
    this.inFlight.push({ frame, bytes, description, responsePoints, copy: 'barrier' })
    this.upstream.write(bytes)
  }

  private resend({ bytes, description }: InFlight, signal: AbortSignal): Promise<void> {
    const { owner, broker, address } = this
    const upstream = owner.open(address.host, address.port)
    return resendRequest({ owner, broker, bytes, description }, upstream, signal)
  }

  // --- responses

  private bytesArrive(chunk: Buffer): void {
    if (this.isClosed) return
    this.guard(() => {
      for (const bytes of this.responses.push(chunk)) {
        if (!this.isClosed) this.responseArrives(bytes)
      }
    })
  }

  private responseArrives(bytes: Buffer): void {
    const entry = this.takeInFlight(correlationIdOfResponse(bytes))
    const { app, attempt, board, names } = this.owner
    const { description } = entry
    const fields = names.fieldsInside(describeResponse(bytes, description).fields)
    const request = { ...description, frame: entry.frame }
    const response = { fields, sizeBytes: bytes.length }
    if (entry.copy !== undefined) {
      const how = { fate: 'dropped', copy: entry.copy } as const
      const frame = this.record.response(request, response, how)
      if (entry.copy === 'barrier') this.barrierArrives(frame, entry.responsePoints)
      return
    }
    const { api } = description
    const atPoint = { api, app, attempt, broker: this.broker }
    const points = [
      ...entry.responsePoints,
      ...board.responseArrives({ ...atPoint, fields: { ...description.fields, ...fields } }),
    ]
    const atOnce = points.length === 0 && this.incoming.idle
    const fate = atOnce ? 'delivered' : undefined
    const frame = this.record.response(request, response, { fate })
    if (atOnce) this.emit('data', bytes)
    else this.incoming.push(() => this.passResponse(frame, bytes, points))
  }

  private passResponse(
    frame: number,
    bytes: Buffer,
    points: readonly Point[],
  ): Promise<void> | undefined {
    const { app, attempt, board } = this.owner
    const goOn = (outcome: 'consumed' | 'goes on') => {
      if (outcome === 'consumed' || this.isClosed) return
      this.record.fate(frame, 'delivered')
      this.emit('data', bytes)
    }
    const work = board.pass(points, { app, attempt, controls: this.frameControls(frame) })
    if (work) return work.then(goOn)
    goOn('goes on')
    return undefined
  }

  /** The Produce before this barrier has been handled: its response point is now. */
  private barrierArrives(frame: number, points: readonly Point[]): void {
    const { app, attempt, board } = this.owner
    const passed = () => {
      this.barriersPassed++
      this.endIfDone()
    }
    this.incoming.push(() => {
      const work = board.pass(points, { app, attempt, controls: this.frameControls(frame) })
      if (work) return work.then(passed)
      passed()
      return undefined
    })
  }

  private takeInFlight(correlationId: number): InFlight {
    const position = this.inFlight.findIndex(
      (entry) => entry.description.correlationId === correlationId,
    )
    const [entry] = position < 0 ? [] : this.inFlight.splice(position, 1)
    if (entry) return entry
    throw new Error(`the answer has correlation id ${correlationId}, which no request has`)
  }

  /** What acts can do to any frame; only a request can be copied. */
  private frameControls(frame: number): FrameControls {
    const refuse = () => {
      throw new Error('only a request can be copied: use duplicate() and resendAt() at request(…)')
    }
    return {
      frame,
      duplicate: refuse,
      resend: refuse,
      disconnect: () => this.disconnect(frame),
      drop: () => this.record.fate(frame, 'dropped'),
    }
  }

  // --- the end of a connection

  private get isClosed(): boolean {
    return this.state === 'closed'
  }

  private get writable(): boolean {
    return this.state === 'open' || this.state === 'ending'
  }

  private endIfDone(): void {
    if (this.state !== 'ending' || !this.outgoing.idle) return
    if (this.barriersPassed === this.barriersSent) this.upstream.end()
  }

  /** kafkajs hears of it a turn later, as from a real socket: never within its own `write`. */
  private disconnect(frame: number): void {
    this.record.fate(frame, 'disconnected')
    this.finish('fault', 'disconnected')
    this.upstream.destroy()
    const reset: NodeJS.ErrnoException = new Error('read ECONNRESET')
    reset.code = 'ECONNRESET'
    setLabImmediate(() => this.listenerCount('error') > 0 && this.emit('error', reset))
  }

  /** In its turn behind the responses that still wait: what the broker sent first comes first. */
  private brokerCloses(error?: Error): void {
    if (this.isClosed) return
    this.incoming.push(() => {
      if (this.isClosed) return undefined
      const wasEnding = this.state === 'ending'
      this.finish(this.state === 'opening' ? 'failed' : 'broker', 'disconnected')
      if (wasEnding) return undefined
      if (error) this.emit('error', error)
      else this.emit('end')
      return undefined
    })
  }

  private finish(by: 'broker' | 'fault' | 'crash' | 'failed', fate: Fate): void {
    if (this.isClosed) return
    const appEnded = this.state === 'ending'
    this.state = 'closed'
    this.outgoing.clear()
    this.incoming.clear()
    this.record.end(fate)
    if (by === 'failed') this.record.state('failed', 'broker')
    else if (!appEnded) this.record.state('closed', by)
  }

  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      const { app, failed } = this.owner
      const reason = error instanceof Error ? error.message : String(error)
      const where = `${app}'s connection to broker ${this.broker}`
      failed(new RunError(`${where}: ${reason}`, { cause: error }))
      this.crash()
    }
  }
}
