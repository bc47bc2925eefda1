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
import type { Socket } from 'node:net'
import type { Point } from '../history/plan'
import type { Fate, FrameFields } from '../history/events'
import { describeRequest, describeResponse, encodeApiVersionsRequest } from '../protocol/describe'
import type { RequestDescription } from '../protocol/describe'
import { FrameSplitter } from '../protocol/frame-splitter'
import type { FaultBoard } from './fault-board'
import type { Names } from './names'
import type { Recorder } from './recorder'

/** What all sockets of one client share. */
export interface SocketOwner {
  app: string
  attempt: number
  client: string
  recorder: Recorder
  board: FaultBoard
  names: Names
  /** The broker that listens there; -1 while only its bootstrap address is known. */
  brokerAt(host: string, port: number): number
  open(host: string, port: number): Socket
  /** False once a fault has struck the broker: then a response may well be torn. */
  isBrokerUp(broker: number): boolean
  /** A frame that cannot be understood ends the run with this error. */
  failed(error: unknown): void
}

interface InFlight {
  frame: number
  bytes: Buffer
  description: RequestDescription
  responsePoints: Point[]
  copy?: 'duplicate' | 'barrier'
}

/** One step of a direction's queue; a promise when the next one has to wait for it. */
type Step = () => Promise<unknown> | undefined

/** First in, first out, without a turn of the event loop where nothing waits. */
class StepQueue {
  private readonly waiting: Step[] = []
  private running = false

  push(step: Step): void {
    this.waiting.push(step)
    if (!this.running) this.run()
  }

  clear(): void {
    this.waiting.length = 0
  }

  get idle(): boolean {
    return !this.running && this.waiting.length === 0
  }

  private run(): void {
    this.running = true
    for (let step = this.waiting.shift(); step; step = this.waiting.shift()) {
      const work = step()
      if (work) return void work.then(() => this.run())
    }
    this.running = false
  }
}

const firstBarrierId = 0x70000000

export class LabSocket extends EventEmitter {
  readonly connection: number
  readonly broker: number
  /** Resolves when the connection to the broker is closed. */
  readonly closed: Promise<void>
  private readonly upstream: Socket
  private readonly requests = new FrameSplitter()
  private readonly responses = new FrameSplitter()
  private readonly outgoing = new StepQueue()
  private readonly incoming = new StepQueue()
  private readonly inFlight: InFlight[] = []
  private state: 'opening' | 'open' | 'ending' | 'closed' = 'opening'
  private barriers = 0

  constructor(
    private readonly owner: SocketOwner,
    private readonly address: { host: string; port: number },
    onConnect: () => void,
  ) {
    super()
    this.connection = owner.recorder.nextId()
    this.broker = owner.brokerAt(address.host, address.port)
    this.upstream = owner.open(address.host, address.port)
    this.upstream.setNoDelay(true)
    this.upstream.on('connect', () => {
      if (this.state !== 'opening') return
      this.state = 'open'
      this.recordConnection('opened')
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
    if (this.state === 'closed') return false
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
    const wasOpen = this.state === 'open'
    this.state = 'ending'
    if (wasOpen) this.recordConnection('closed', 'app')
    this.endWhenDone()
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
    this.upstream.destroy()
  }

  // --- requests

  private requestLeaves(bytes: Buffer): void {
    const description = describeRequest(bytes)
    const { app, attempt, board, names } = this.owner
    names.fieldsInside(description.fields)
    const frameAtPoint = { ...description, app, attempt, broker: this.broker }
    const hits = board.requestLeaves(frameAtPoint)
    const entry: InFlight = {
      frame: this.owner.recorder.nextId(),
      bytes,
      description,
      responsePoints: hits.response,
    }
    const atOnce = hits.request.length === 0 && this.outgoing.idle && this.writable
    this.recordRequest(entry, atOnce ? 'delivered' : undefined)
    if (atOnce) return this.forward(entry)
    this.outgoing.push(() => {
      const controls = this.requestControls(entry)
      const work = board.pass(hits.request, { app, attempt, controls })
      const goOn = (outcome: 'consumed' | 'goes on') => {
        if (outcome === 'goes on') this.forwardLate(entry)
        if (this.state === 'ending') this.endWhenDone()
      }
      if (work) return work.then(goOn)
      goOn('goes on')
      return undefined
    })
  }

  private requestControls(entry: InFlight) {
    return {
      frame: entry.frame,
      duplicate: () => this.outgoing.push(() => this.sendCopy(entry)),
      resend: () => this.resend(entry),
      disconnect: () => this.disconnect(entry.frame),
      drop: () => this.recordFate(entry.frame, 'dropped'),
    }
  }

  private get writable(): boolean {
    return this.state === 'open' || this.state === 'ending'
  }

  private forwardLate(entry: InFlight): void {
    if (!this.writable) return
    this.recordFate(entry.frame, 'delivered')
    this.forward(entry)
  }

  private forward(entry: InFlight): void {
    if (entry.description.expectsResponse) this.inFlight.push(entry)
    this.upstream.write(entry.bytes)
    if (!entry.description.expectsResponse) this.sendBarrier(entry)
  }

  private sendCopy(original: InFlight): undefined {
    if (!this.writable) return undefined
    const frame = this.owner.recorder.nextId()
    const copy: InFlight = { ...original, frame, responsePoints: [], copy: 'duplicate' }
    this.recordRequest(copy, 'delivered')
    this.forward(copy)
    return undefined
  }

  private sendBarrier(behind: InFlight): void {
    const correlationId = firstBarrierId + this.barriers++
    const clientId = 'kafka-lab'
    const bytes = encodeApiVersionsRequest({ correlationId, clientId })
    const barrier: InFlight = {
      frame: this.owner.recorder.nextId(),
      bytes,
      description: describeRequest(bytes),
      responsePoints: behind.responsePoints,
      copy: 'barrier',
    }
    this.recordRequest(barrier, 'delivered')
    this.inFlight.push(barrier)
    this.upstream.write(bytes)
  }

  /** A client that retries on a connection of its own: same bytes, same broker. */
  private async resend(entry: InFlight): Promise<void> {
    const { recorder, open } = this.owner
    const upstream = open(this.address.host, this.address.port)
    const connection = recorder.nextId()
    const frame = recorder.nextId()
    const splitter = new FrameSplitter()
    await new Promise<void>((resolve, reject) => {
      upstream.on('error', reject)
      upstream.on('close', () => resolve())
      upstream.on('connect', () => {
        const copy = { ...entry, frame }
        this.recordRequest({ ...copy, copy: undefined }, 'delivered', { connection, copy: 'resend' })
        upstream.write(entry.bytes)
        if (!entry.description.expectsResponse) upstream.end()
      })
      upstream.on('data', (chunk: Buffer) => {
        try {
          for (const bytes of splitter.push(chunk)) {
            const { fields, correlationId } = describeResponse(bytes, entry.description)
            this.owner.names.fieldsInside(fields)
            this.recordResponse({ ...entry, frame }, { fields, correlationId, bytes }, {
              fate: 'dropped',
              connection,
              copy: 'resend',
            })
            upstream.end()
          }
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  }

  // --- responses

  private bytesArrive(chunk: Buffer): void {
    if (this.state === 'closed') return
    this.guard(() => {
      for (const bytes of this.responses.push(chunk)) {
        if (this.state !== 'closed') this.responseArrives(bytes)
      }
    })
  }

  private responseArrives(bytes: Buffer): void {
    const correlationId = bytes.readInt32BE(4)
    const position = this.inFlight.findIndex(
      (entry) => entry.description.correlationId === correlationId,
    )
    const entry = this.inFlight[position]
    if (!entry) {
      throw new Error(
        `broker ${this.broker} answered correlation id ${correlationId}, which no request has`,
      )
    }
    this.inFlight.splice(position, 1)
    const { fields } = describeResponse(bytes, entry.description)
    this.owner.names.fieldsInside(fields)
    const response = { fields, correlationId, bytes }
    if (entry.copy === 'duplicate') {
      this.recordResponse(entry, response, { fate: 'dropped', copy: 'duplicate' })
      return
    }
    const { app, attempt, board } = this.owner
    const frameAtPoint = {
      api: entry.description.api,
      app,
      attempt,
      broker: this.broker,
      fields: { ...entry.description.fields, ...fields },
    }
    const points = [...entry.responsePoints, ...board.responseArrives(frameAtPoint)]
    if (entry.copy === 'barrier') return this.barrierArrives(entry, response, points)
    const atOnce = points.length === 0 && this.incoming.idle
    const frame = this.recordResponse(entry, response, atOnce ? { fate: 'delivered' } : {})
    if (atOnce) return void this.emit('data', bytes)
    this.incoming.push(() => {
      const work = board.pass(points, { app, attempt, controls: this.responseControls(frame) })
      const goOn = (outcome: 'consumed' | 'goes on') => {
        if (outcome === 'consumed' || this.state === 'closed') return
        this.recordFate(frame, 'delivered')
        this.emit('data', bytes)
      }
      if (work) return work.then(goOn)
      goOn('goes on')
      return undefined
    })
  }

  private responseControls(frame: number) {
    const refuse = () => {
      throw new Error('only a request can be copied: use duplicate() and resendAt() at request(…)')
    }
    return {
      frame,
      duplicate: refuse,
      resend: async () => refuse(),
      disconnect: () => this.disconnect(frame),
      drop: () => this.recordFate(frame, 'dropped'),
    }
  }

  /** The Produce before this barrier has been handled: its response point is now. */
  private barrierArrives(entry: InFlight, response: Response, points: Point[]): void {
    const { app, attempt, board } = this.owner
    const frame = this.recordResponse(entry, response, { fate: 'dropped', copy: 'barrier' })
    if (points.length > 0) {
      const controls = { ...this.responseControls(frame), drop: () => undefined }
      this.incoming.push(() => board.pass(points, { app, attempt, controls }))
    }
    if (this.state === 'ending') this.endWhenDone()
  }

  // --- the end of a connection

  private endWhenDone(): void {
    const waitsForBarrier = this.inFlight.some((entry) => entry.copy === 'barrier')
    if (this.outgoing.idle && !waitsForBarrier) this.upstream.end()
    // Steps that finish later call this again; a broker that closes first ends it all the same.
  }

  private disconnect(frame: number): void {
    this.recordFate(frame, 'disconnected')
    this.finish('fault', 'disconnected')
    this.upstream.destroy()
    const reset: NodeJS.ErrnoException = new Error('read ECONNRESET')
    reset.code = 'ECONNRESET'
    this.emit('error', reset)
  }

  /** In its turn behind the responses that still wait: what the broker sent first comes first. */
  private brokerCloses(error?: Error): void {
    if (this.state === 'closed') return
    this.incoming.push(() => {
      if (this.state === 'closed') return undefined
      const wasOpening = this.state === 'opening'
      const wasEnding = this.state === 'ending'
      this.finish(wasOpening ? 'failed' : 'broker', 'disconnected')
      if (error && !wasEnding) this.emit('error', error)
      else if (!wasEnding) this.emit('end')
      return undefined
    })
  }

  private finish(by: 'broker' | 'fault' | 'crash' | 'failed', fate: Fate): void {
    if (this.state === 'closed') return
    const ended = this.state === 'ending'
    this.state = 'closed'
    this.outgoing.clear()
    this.incoming.clear()
    for (const frame of this.undecided) this.recordFate(frame, fate)
    if (by === 'failed') this.recordConnection('failed', 'broker')
    else if (!ended) this.recordConnection('closed', by)
  }

  // --- the record

  private readonly undecided = new Set<number>()

  private recordRequest(
    entry: InFlight,
    fate: Fate | undefined,
    resent?: { connection: number; copy: 'resend' },
  ): void {
    const { api, apiVersion, correlationId, fields } = entry.description
    const copy = resent?.copy ?? entry.copy
    if (fate === undefined) this.undecided.add(entry.frame)
    this.owner.recorder.record({
      type: 'frame',
      ...this.place(resent?.connection),
      frame: entry.frame,
      direction: 'request',
      api,
      apiVersion,
      correlationId,
      sizeBytes: entry.bytes.length,
      fields,
      ...(copy && { copy }),
      ...(fate && { fate }),
    })
  }

  private recordResponse(
    entry: InFlight,
    response: Response,
    how: { fate?: Fate; connection?: number; copy?: 'duplicate' | 'resend' | 'barrier' },
  ): number {
    const frame = this.owner.recorder.nextId()
    if (how.fate === undefined) this.undecided.add(frame)
    this.owner.recorder.record({
      type: 'frame',
      ...this.place(how.connection),
      frame,
      direction: 'response',
      request: entry.frame,
      api: entry.description.api,
      apiVersion: entry.description.apiVersion,
      correlationId: response.correlationId,
      sizeBytes: response.bytes.length,
      fields: response.fields,
      ...(how.copy && { copy: how.copy }),
      ...(how.fate && { fate: how.fate }),
    })
    return frame
  }

  private place(connection = this.connection) {
    const { app, attempt, client } = this.owner
    return { app, attempt, client, connection, broker: this.broker }
  }

  private recordFate(frame: number, fate: Fate): void {
    if (!this.undecided.delete(frame)) return
    const { app, attempt, recorder } = this.owner
    recorder.record({ type: 'fate', app, attempt, frame, fate })
  }

  private recordConnection(
    state: 'opened' | 'closed' | 'failed',
    by?: 'app' | 'broker' | 'fault' | 'crash',
  ): void {
    this.owner.recorder.record({
      type: 'connection',
      ...this.place(),
      state,
      ...(by && { by }),
    })
  }

  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.owner.failed(error)
      this.crash()
    }
  }
}

interface Response {
  fields: FrameFields
  correlationId: number
  bytes: Buffer
}
