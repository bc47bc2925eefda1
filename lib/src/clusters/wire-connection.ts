/**
 * One connection of the lab's own client to one broker. Requests may overlap; answers are matched
 * by correlation id. Whatever goes wrong on the connection ends it and rejects everything that
 * waits on it: whether those requests were carried out is then unknown.
 */
import type { Api } from '../protocol/api'
import type { ByteStream } from './byte-stream'
import { setLabTimeout } from './lab-timers'
import { correlationIdOfResponse, decodeResponse, encodeRequest } from '../protocol/frame'
import { FrameSplitter } from '../protocol/frame-splitter'

/** Why there is no answer. Whether the broker carried the request out is unknown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

interface Waiting {
  api: string
  timer: NodeJS.Timeout
  settle(frame: Buffer): void
  reject(error: unknown): void
}

export class WireConnection {
  private readonly waiting = new Map<number, Waiting>()
  private readonly splitter = new FrameSplitter()
  private nextCorrelationId = 1
  private ended: string | undefined
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>

  constructor(
    private readonly socket: ByteStream,
    /** How errors call the broker, e.g. `broker 2 (127.0.0.1:9092)`. */
    private readonly label: string,
    private readonly clientId: string,
  ) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.end('the connection was closed')
        resolve()
      })
    })
    socket.on('data', (chunk: Buffer) => this.receive(chunk))
    socket.once('end', () => this.end('the broker closed the connection'))
    socket.once('error', (error) => this.end(error.message))
  }

  get usable(): boolean {
    return this.ended === undefined
  }

  /**
   * Sends a request and resolves with its answer.
   * @throws {NoAnswerError} nothing came within `timeoutMs`, or the connection ended
   */
  request<Request, Response>(
    api: Api<Request, Response>,
    payload: Request,
    timeoutMs: number,
  ): Promise<Response> {
    if (this.ended !== undefined) return Promise.reject(this.noAnswer(api.name, this.ended))
    const correlationId = this.nextCorrelationId++
    const frame = encodeRequest(api, { correlationId, clientId: this.clientId }, payload)
    return new Promise<Response>((resolve, reject) => {
      // A late answer could not be told from one that was never asked for, so the connection ends.
      const timer = setLabTimeout(() => this.end(`no answer within ${timeoutMs} ms`), timeoutMs)
      const settle = (answer: Buffer): void => {
        try {
          resolve(decodeResponse(api, answer).response)
        } catch (error) {
          reject(error)
        }
      }
      this.waiting.set(correlationId, { api: api.name, timer, settle, reject })
      this.socket.write(frame)
    })
  }

  /** Ends the connection; what still waits is rejected with `why`. */
  end(why: string): void {
    if (this.ended !== undefined) return
    this.ended = why
    this.socket.destroy()
    for (const { api, timer, reject } of this.waiting.values()) {
      clearTimeout(timer)
      reject(this.noAnswer(api, why))
    }
    this.waiting.clear()
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.splitter.push(chunk)) this.answer(frame)
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error))
    }
  }

  private answer(frame: Buffer): void {
    const correlationId = correlationIdOfResponse(frame)
    const waiting = this.waiting.get(correlationId)
    if (waiting === undefined) {
      throw new Error(`an answer with correlation id ${correlationId} was never asked for`)
    }
    waiting.settle(frame)
    clearTimeout(waiting.timer)
    this.waiting.delete(correlationId)
  }

  private noAnswer(api: string, why: string): NoAnswerError {
    return new NoAnswerError(`${api} to ${this.label}: ${why}`)
  }
}
