/**
 * Which brokers the controller has heard of lately (Kafka's BrokerHeartbeatTracker). A registered
 * broker has a session from its first heartbeat on, fenced or not, until it has been silent for
 * longer than `broker.session.timeout.ms`.
 */
export class BrokerSessions {
  private readonly heardAtMs = new Map<number, number>()

  constructor(private readonly timeoutMs: number) {}

  heard(broker: number, nowMs: number): void {
    this.heardAtMs.set(broker, nowMs)
  }

  /** A new registration begins without one. */
  forget(broker: number): void {
    this.heardAtMs.delete(broker)
  }

  isValid(broker: number, nowMs: number): boolean {
    const atMs = this.heardAtMs.get(broker)
    return atMs !== undefined && atMs + this.timeoutMs >= nowMs
  }

  /** Brokers whose sessions are over; each is told once. */
  takeExpired(nowMs: number): readonly number[] {
    const expired = [...this.heardAtMs.keys()].filter((broker) => !this.isValid(broker, nowMs))
    for (const broker of expired) this.heardAtMs.delete(broker)
    return expired
  }
}
