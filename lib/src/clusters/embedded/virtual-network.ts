/**
 * The network in memory between apps and the brokers of a simulated cluster. It is driven like the
 * cluster itself: what arrives at brokers are steps of its own, which need no turn of the event
 * loop, what arrives at apps are events of the app. Each link between an app and a broker has its
 * latency and its cuts. Between brokers the cluster has a network of its own.
 */
import { EventQueue } from '../../simulation/event-queue'
import { seededRandom } from '../../simulation/random'
import type { ByteStream } from '../byte-stream'
import type { BrokerAddress } from '../cluster'
import type { ServedCluster } from './broker-session'
import { VirtualConnection } from './virtual-connection'
import { VirtualLink, type LatencyRange } from './virtual-link'

/** The part of an event loop that the network needs. */
export interface AppEvents {
  now(): number
  /** Runs `run` that many milliseconds from now, as an event of `owner`. */
  at(delayMs: number, owner: object | undefined, run: () => void): unknown
}

export interface VirtualNetworkOptions {
  events: AppEvents
  cluster: ServedCluster
  brokers: readonly BrokerAddress[]
  seed: number
  /** One way. A parameter of the model: no measurement of anything. */
  latencyMs: LatencyRange
  /** The brokers' setting `socket.request.max.bytes`. */
  maxRequestBytes: number
}

export class VirtualNetwork {
  /** Arrivals at brokers. */
  private readonly steps = new EventQueue()
  private readonly links = new Map<string, VirtualLink>()

  constructor(private readonly options: VirtualNetworkOptions) {}

  /** When something arrives at a broker next; undefined: nothing is under way to one. */
  get nextAtMs(): number | undefined {
    return this.steps.nextAtMs
  }

  /** Lets everything arrive at brokers that is due until then. */
  advanceTo(nowMs: number): void {
    while (this.steps.runNext(nowMs));
    this.steps.passTo(nowMs)
  }

  /**
   * Opens a connection; it exists, or fails, a round trip later. An address that is no broker's is
   * refused like one that nobody listens on.
   * @param app whose link it uses; all its connections to a broker share latency and cuts
   * @param owner whose events the socket's are
   */
  open(app: string, owner: object | undefined, host: string, port: number): ByteStream {
    const { events, brokers, maxRequestBytes } = this.options
    const broker = brokers.find((each) => each.host === host && each.port === port)
    const connection = new VirtualConnection({
      link: this.link(app, broker?.id ?? nobody),
      now: () => events.now(),
      atApp: (delayMs, run) => void events.at(delayMs, owner, run),
      atBroker: (delayMs, run) => void this.atBroker(delayMs, run),
      address: `${host}:${port}`,
      accept: () => (broker ? this.options.cluster.connect(broker.id) : 'refused'),
      maxRequestBytes,
    })
    return connection.socket
  }

  /** Nothing passes between them until the cut is mended; then everything that was held does. */
  cut(app: string, broker: number): void {
    this.link(app, broker).cutOff()
  }

  mend(app: string, broker: number): void {
    this.link(app, broker).mend()
  }

  mendAll(): void {
    for (const link of this.links.values()) link.mend()
  }

  private atBroker(delayMs: number, run: () => void): void {
    const { events, cluster } = this.options
    const atMs = events.now() + delayMs
    this.steps.at(atMs, () => {
      cluster.advanceTo(atMs)
      run()
    })
  }

  private link(app: string, broker: number): VirtualLink {
    const name = `app ${app} broker ${broker}`
    let link = this.links.get(name)
    if (link === undefined) {
      const { seed, latencyMs } = this.options
      this.links.set(name, (link = new VirtualLink(seededRandom(seed, name), latencyMs)))
    }
    return link
  }
}

const nobody = -1
