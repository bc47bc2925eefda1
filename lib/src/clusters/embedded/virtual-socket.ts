/**
 * The client's end of a connection in memory: looks like `node:net`'s Socket to those who use one,
 * down to the order of its events. It has no time of its own; the connection behind it calls it
 * when something arrives.
 */
import type { Buffer } from '../../protocol/platform'
import type { ByteStream, ByteStreamEvents } from '../byte-stream'

/** What the socket asks of the connection behind it. */
export interface SocketWire {
  send(bytes: Buffer): void
  /** Nothing follows in this direction. */
  sendEnd(): void
  /** Nothing is delivered any more; `closed()` is called a turn later. */
  abandon(): void
}

type Listeners = { [Name in keyof ByteStreamEvents]: ByteStreamEvents[Name][] }

/** A connection that could not be made or broke; `code` as the system calls it. */
export class ConnectionError extends Error {
  constructor(
    message: string,
    readonly code: 'ECONNREFUSED' | 'ECONNRESET',
  ) {
    super(message)
  }
}

export class VirtualSocket implements ByteStream {
  /** `ending`: `end()` was called, and the other side has not closed yet. */
  private state: 'connecting' | 'open' | 'ending' | 'destroyed' = 'connecting'
  /** Written before the connection was there; behind `end` nothing is sent. */
  private readonly unsent: (Buffer | 'end')[] = []
  private readonly listeners: Listeners = { connect: [], data: [], end: [], error: [], close: [] }

  constructor(private readonly wire: SocketWire) {}

  // --- what users of a Socket call

  on<Name extends keyof ByteStreamEvents>(name: Name, listener: ByteStreamEvents[Name]): this {
    this.listeners[name].push(listener)
    return this
  }

  once<Name extends keyof ByteStreamEvents>(name: Name, listener: ByteStreamEvents[Name]): this {
    const listeners = this.listeners[name] as ((...values: unknown[]) => void)[]
    const onceOnly = (...values: unknown[]): void => {
      listeners.splice(listeners.indexOf(onceOnly), 1)
      ;(listener as (...values: unknown[]) => void)(...values)
    }
    listeners.push(onceOnly)
    return this
  }

  /** The bytes are copied, as into a kernel: the writer may use them again. */
  write(bytes: Buffer): boolean {
    if (this.state === 'open') this.wire.send(bytes)
    else if (this.state === 'connecting') this.unsent.push(bytes)
    return this.state === 'open'
  }

  end(): this {
    if (this.state === 'connecting') this.unsent.push('end')
    if (this.state !== 'open') return this
    this.state = 'ending'
    this.wire.sendEnd()
    return this
  }

  destroy(): this {
    if (this.state === 'destroyed') return this
    this.state = 'destroyed'
    this.wire.abandon()
    return this
  }

  // --- what the connection calls; once the socket is destroyed, `closed` alone

  connected(): void {
    this.state = 'open'
    for (const each of this.unsent.splice(0)) {
      if (each === 'end') this.end()
      else this.write(each)
    }
    this.emit('connect')
  }

  received(bytes: Buffer): void {
    this.emit('data', bytes)
  }

  /** The broker has closed its end, and so this end closes too, as a Socket does. */
  ended(): void {
    this.destroy()
    this.emit('end')
  }

  failed(error: ConnectionError): void {
    this.destroy()
    if (this.listeners.error.length === 0) throw error
    this.emit('error', error)
  }

  closed(): void {
    this.emit('close')
  }

  private emit<Name extends keyof ByteStreamEvents>(
    name: Name,
    ...values: Parameters<ByteStreamEvents[Name]>
  ): void {
    for (const listener of [...this.listeners[name]]) {
      ;(listener as (...values: unknown[]) => void)(...values)
    }
  }
}
