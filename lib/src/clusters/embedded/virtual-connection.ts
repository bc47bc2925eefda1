/**
 * One connection in memory between an app and a broker: two directions of a link, the client's
 * socket at one end, and at the other, once the broker has taken it, the wire server. What each
 * end has sent before it closed still arrives; what is under way to an end that gave up does not.
 */
import { Buffer } from '../../protocol/platform'
import { BrokerConnection } from './broker-connection'
import type { BrokerSession } from './broker-session'
import { Direction, type Schedule, type VirtualLink } from './virtual-link'
import { ConnectionError, VirtualSocket } from './virtual-socket'

export interface ConnectionOptions {
  link: VirtualLink
  now: () => number
  /** Events of the app. */
  atApp: Schedule
  /** Events of the broker. */
  atBroker: Schedule
  /** How errors call the broker, e.g. `127.0.0.1:9092`. */
  address: string
  /** The broker answers or refuses, in its own time; `refused`: nobody listens. */
  accept: () => BrokerSession | 'refused'
  maxRequestBytes: number
}

export class VirtualConnection {
  readonly socket: VirtualSocket
  private readonly toApp: Direction
  private readonly toBroker: Direction
  private broker: BrokerConnection | undefined

  constructor(private readonly options: ConnectionOptions) {
    const { link, now, atApp, atBroker } = options
    this.toApp = new Direction(link, now, atApp)
    this.toBroker = new Direction(link, now, atBroker)
    this.socket = new VirtualSocket({
      send: (bytes) => this.send(Buffer.from(bytes)),
      sendEnd: () => this.toBroker.send(() => this.broker?.receiveEnd()),
      abandon: () => this.abandon(),
    })
    this.toBroker.send(() => this.accept())
  }

  private send(bytes: Buffer): void {
    this.toBroker.send(() => this.broker?.receive(bytes))
  }

  private abandon(): void {
    this.toApp.close()
    this.toBroker.send(() => this.broker?.receiveEnd())
    this.options.atApp(0, () => this.socket.closed())
  }

  private accept(): void {
    const { accept, address, maxRequestBytes } = this.options
    const { socket, toApp } = this
    const session = accept()
    if (session === 'refused') {
      const refused = new ConnectionError(`connect ECONNREFUSED ${address}`, 'ECONNREFUSED')
      toApp.send(() => socket.failed(refused))
      return
    }
    toApp.send(() => socket.connected())
    const reset = new ConnectionError('read ECONNRESET', 'ECONNRESET')
    const client = {
      write: (bytes: Buffer) => toApp.send(() => socket.received(bytes)),
      end: () => toApp.send(() => socket.ended()),
      reset: () => toApp.send(() => socket.failed(reset)),
    }
    this.broker = new BrokerConnection(session, client, maxRequestBytes)
  }
}
