/**
 * A connection as the simulated cluster sees it: requests and answers as typed values. The wire
 * server has one for each byte stream that a client opens.
 */
import type { RequestHeader } from '../../protocol/frame'
import type { AnyApi } from '../../protocol/registry'
import type { SessionEnd } from '../../simulation/broker/client-session'

export interface BrokerSession {
  /**
   * Requests are handled one after the other. `reply` is called at most once, now or later; for a
   * Produce with acks 0, and after `close()`, it is not called at all.
   */
  request(
    api: AnyApi,
    request: unknown,
    header: RequestHeader,
    reply: (response: unknown) => void,
  ): void
  /** Called when the broker ends the session by itself; nothing follows. */
  onClose: (how: SessionEnd) => void
  /** The client is gone. */
  close(): void
}

/** The cluster as the wire server sees it. */
export interface ServedCluster {
  /** Lets everything happen that is due until then; the cluster's time is then `nowMs`. */
  advanceTo(nowMs: number): void
  /** When something is due next; undefined: never. */
  readonly nextAtMs: number | undefined
  /** `refused`: the broker is dead. */
  connect(broker: number): BrokerSession | 'refused'
}
