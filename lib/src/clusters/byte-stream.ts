/**
 * The client's end of a connection to a broker, as far as the lab uses one: `node:net`'s Socket is
 * one, and so is the end of a connection in memory. Events come as from a Socket: `connect` once,
 * `data` for each chunk, then `end` when the other side has closed or `error` when the connection
 * broke, and `close` last, once, whoever ended it.
 */
import type { Buffer } from '../protocol/platform'

/** What `on` and `once` accept. */
export interface ByteStreamEvents {
  connect: () => void
  data: (chunk: Buffer) => void
  end: () => void
  /** `code` is the system's, e.g. `ECONNREFUSED`, `ECONNRESET`. */
  error: (error: Error & { code?: string }) => void
  close: () => void
}

export interface ByteStream {
  on<Name extends keyof ByteStreamEvents>(name: Name, listener: ByteStreamEvents[Name]): unknown
  once<Name extends keyof ByteStreamEvents>(name: Name, listener: ByteStreamEvents[Name]): unknown
  /** Before `connect` the bytes wait. After the end of the connection they go nowhere. */
  write(bytes: Buffer): unknown
  /** Closes once the other side has taken what was written. */
  end(): unknown
  /** Gives the connection up: what is under way to this end is never delivered. */
  destroy(): unknown
}
