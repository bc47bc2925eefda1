/**
 * The broker's end of one byte stream: cuts it into frames, decodes them, asks the cluster and
 * writes its answers. One request at a time, in order: like Kafka, which mutes a channel from the
 * request until the response is out (`SocketServer.processCompletedReceives`). Whatever cannot be
 * understood (an API or version that is not spoken, a message against its grammar, a length beyond
 * the limit, a stream that ends inside a frame) closes the connection when its turn comes, and the
 * cluster never hears of it. ApiVersions in an unknown version alone is answered.
 */
import { apiVersions } from '../../protocol/apis/api-versions'
import type { produce } from '../../protocol/apis/produce'
import type { RequestOf } from '../../protocol/api'
import { MalformedFrameError, UnknownApiError } from '../../protocol/frame-errors'
import {
  decodeRequest,
  encodeResponse,
  type RequestFrame,
  type RequestHeader,
} from '../../protocol/frame'
import { FrameSplitter } from '../../protocol/frame-splitter'
import type { Buffer } from '../../protocol/platform'
import type { SessionEnd } from '../../simulation/broker/client-session'
import type { BrokerSession } from './broker-session'
import { apiVersionsHeader, encodeUnsupportedVersion } from './unsupported-version'

/** The client's end, as the broker reaches it. */
export interface ClientEnd {
  write(bytes: Buffer): void
  /** The broker closes the connection, after what it has written. */
  end(): void
  /** The broker's process is gone. */
  reset(): void
}

export class BrokerConnection {
  private readonly splitter: FrameSplitter
  /** Frames that came and were not handled yet; what stands behind `hang up` never is. */
  private readonly waiting: (Buffer | 'hang up')[] = []
  /** `muted`: a request waits for its answer; `closing`: nothing more is read or answered. */
  private state: 'reading' | 'muted' | 'closing' | 'closed' = 'reading'
  private handling = false
  /** A Produce without answer may still be under way in the cluster. */
  private unanswered = false

  constructor(
    private readonly session: BrokerSession,
    private readonly client: ClientEnd,
    /** The setting `socket.request.max.bytes`. */
    maxRequestBytes: number,
  ) {
    this.splitter = new FrameSplitter(maxRequestBytes)
    session.onClose = (how) => this.sessionEnds(how)
  }

  /** Whether requests wait for their turn: then Kafka leaves further bytes in the kernel. */
  get isBusy(): boolean {
    return this.waiting.length > 0
  }

  receive(chunk: Buffer): void {
    if (!this.isListening) return
    try {
      for (const frame of this.splitter.push(chunk)) this.waiting.push(frame)
    } catch (error) {
      requireClientError(error)
      this.waiting.push('hang up')
    }
    this.handleWaiting()
  }

  /** The client has closed its end; what it sent before is handled still. */
  receiveEnd(): void {
    if (!this.isListening) return
    this.waiting.push('hang up')
    this.handleWaiting()
  }

  /** The connection is broken: nothing of it is handled any more. */
  drop(): void {
    if (this.state === 'closed') return
    this.close()
    this.session.close()
  }

  private get isListening(): boolean {
    return this.state === 'reading' || this.state === 'muted'
  }

  /** A loop, since a session may answer at once: a thousand waiting requests need no deep stack. */
  private handleWaiting(): void {
    if (this.handling) return
    this.handling = true
    try {
      while (this.state === 'reading') {
        const next = this.waiting.shift()
        if (next === undefined) break
        if (next === 'hang up') this.hangUp()
        else this.handle(next)
      }
    } finally {
      this.handling = false
    }
  }

  private handle(bytes: Buffer): void {
    let frame: RequestFrame
    try {
      frame = decodeRequest(bytes)
    } catch (error) {
      requireClientError(error)
      const header = error instanceof UnknownApiError ? apiVersionsHeader(bytes) : undefined
      if (header === undefined) this.hangUp()
      else this.answerUnsupported(header)
      return
    }
    this.ask(frame)
  }

  private ask({ api, request, ...header }: RequestFrame): void {
    if (api.name === 'Produce' && (request as RequestOf<typeof produce>).acks === 0) {
      this.unanswered = true
      this.session.request(api, request, header, () => {
        throw new Error('the cluster answered a Produce with acks 0: nobody waits for that')
      })
      return
    }
    this.state = 'muted'
    this.session.request(api, request, header, (response) => {
      this.answer(() => encodeResponse(api, header.correlationId, response))
    })
  }

  private answer(encode: () => Buffer): void {
    this.unanswered = false
    this.client.write(encode())
    this.state = 'reading'
    this.handleWaiting()
  }

  /** The cluster is asked all the same, so that a broker that stands still does not answer this. */
  private answerUnsupported(header: RequestHeader): void {
    this.state = 'muted'
    this.session.request(apiVersions, {}, header, () => {
      this.answer(() => encodeUnsupportedVersion(header))
    })
  }

  /** After a Produce without answer, the answer to another request proves that it was handled. */
  private hangUp(): void {
    this.state = 'closing'
    const close = () => {
      if (this.state === 'closed') return
      this.drop()
      this.client.end()
    }
    if (this.unanswered) this.session.request(apiVersions, {}, ownHeader, close)
    else close()
  }

  private sessionEnds(how: SessionEnd): void {
    if (this.state === 'closed') return
    this.close()
    if (how === 'killed') this.client.reset()
    else this.client.end()
  }

  private close(): void {
    this.state = 'closed'
    this.waiting.length = 0
  }
}

const ownHeader: RequestHeader = { correlationId: 0, clientId: null }

/** @throws {unknown} the error, if it does not say that the client's bytes are wrong */
function requireClientError(error: unknown): void {
  if (error instanceof MalformedFrameError || error instanceof UnknownApiError) return
  throw error
}
