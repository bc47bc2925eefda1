/**
 * A simulated Kafka cluster: brokers, the network between them, and one controller that no fault
 * touches (its quorum is left out). It does nothing by itself: whoever drives it says what time it
 * is. It is made ready, with every broker unfenced and the internal topics in place and loaded.
 * Same brokers, settings, seed and requests: the same answers at the same times.
 */
import { ClientSession } from './broker/client-session'
import type { BrokerContext, Question } from './broker/broker-context'
import { Broker } from './broker/broker'
import { Disk } from './broker/disk'
import { Controller } from './controller/controller'
import { EventQueue } from './event-queue'
import { internalTopics } from './internal-topics'
import { InvariantChecker } from './invariants/invariant-checker'
import { Network } from './network'
import { ClusterNode, type NodeState } from './node'
import { seededRandom } from './random'
import type { Settings } from './settings'
import type { StoredBatch } from './stored-batch'

/** Of one message between two nodes. */
const latencyMs = { min: 0.1, max: 0.4 }
const controllerId = 100

export interface SimulatedClusterOptions {
  /** Ids of their own; `host` and `port` are what clients are told. */
  brokers: readonly { id: number; host: string; port: number }[]
  /** By Kafka's names; one that the simulation does not know is refused. */
  settings: Settings
  seed: number
  /** When the cluster is made, in milliseconds since 1970. */
  startOfTimeMs: number
  /** `checked`: every event is followed by a look at what it may not break. Default `off`. */
  invariants?: 'checked' | 'off'
}

export interface ReplicaLog {
  broker: number
  alive: boolean
  batches: StoredBatch[]
}

/** A machine, with what outlives its process. */
interface Host {
  node: ClusterNode
  disk: Disk
  random: () => number
  process: Broker
  readonly sessions: Set<ClientSession>
}

export class SimulatedCluster {
  private readonly queue = new EventQueue()
  private readonly network: Network
  private readonly controllerNode: ClusterNode
  private readonly controller: Controller
  private readonly hosts = new Map<number, Host>()
  private readonly checker: InvariantChecker | undefined

  constructor(private readonly options: SimulatedClusterOptions) {
    const { brokers, settings, seed } = options
    if (options.invariants === 'checked') this.checker = this.newChecker()
    const random = seededRandom(seed, 'network')
    this.network = new Network({ queue: this.queue, random, latencyMs })
    this.controllerNode = new ClusterNode(controllerId, this.queue)
    this.controller = new Controller({
      timers: this.controllerNode.timers,
      settings,
      brokers: new Map(brokers.map(({ id, host, port }) => [id, { host, port }])),
      publish: (image) => {
        this.checker?.decided(image)
        for (const host of this.hosts.values()) {
          this.network.send(this.controllerNode, host.node, () => {
            host.process.lifecycle.published(image)
            this.checker?.heard()
          })
        }
      },
    })
    this.makeReady()
  }

  /** Milliseconds since the cluster was made. */
  now(): number {
    return this.queue.now()
  }

  /** When something is due next; undefined: never. */
  get nextAtMs(): number | undefined {
    return this.queue.nextAtMs
  }

  /**
   * Lets everything happen that is due until then; the cluster's time is then `nowMs`.
   * @throws {BrokenInvariant} when invariants are checked and one does not hold
   */
  advanceTo(nowMs: number): void {
    while (this.queue.runNext(nowMs)) this.checker?.afterEvent()
    this.queue.passTo(nowMs)
  }

  /** `refused`: the broker is dead, or starts and does not serve yet. */
  connect(broker: number): ClientSession | 'refused' {
    const { node, process, sessions } = this.host(broker)
    if (node.state === 'dead' || process.lifecycle.state === 'starting') return 'refused'
    const session = new ClientSession(node, process, (closed) => sessions.delete(closed))
    sessions.add(session)
    return session
  }

  state(broker: number): NodeState {
    return this.host(broker).node.state
  }

  /** SIGKILL: the process is gone, what it wrote is there. */
  kill(broker: number): void {
    const host = this.host(broker)
    host.node.die()
    for (const log of host.disk.all()) log.processLoss()
    this.network.died(host.node)
    this.checker?.died(broker, 'kill')
    for (const session of [...host.sessions]) session.end('killed')
  }

  /** The machine loses its power: what was not flushed to disk is gone, too. */
  powerLoss(broker: number): void {
    const host = this.host(broker)
    if (host.node.state !== 'dead') this.kill(broker)
    for (const log of host.disk.all()) log.powerLoss()
    this.checker?.died(broker, 'power loss')
  }

  /** The machine's disk is gone, the broker with it; it may start again with an empty one. */
  loseDisk(broker: number): void {
    this.powerLoss(broker)
    this.host(broker).disk.clear()
  }

  /** SIGSTOP: it handles nothing and answers nothing; its connections stay. */
  pause(broker: number): void {
    this.host(broker).node.pause()
  }

  resume(broker: number): void {
    this.host(broker).node.resume()
  }

  /** Starts a dead broker with what is on its disk. */
  restart(broker: number): void {
    const host = this.host(broker)
    host.node.start()
    host.process = this.newProcess(host)
    host.process.lifecycle.register()
  }

  /** Nothing gets through between two nodes, brokers or `controller`, until they are mended. */
  cut(one: number | 'controller', other: number | 'controller'): void {
    this.network.cut(this.node(one), this.node(other))
  }

  mend(one: number | 'controller', other: number | 'controller'): void {
    this.network.mend(this.node(one), this.node(other))
  }

  mendAll(): void {
    const nodes = [this.controllerNode, ...[...this.hosts.values()].map(({ node }) => node)]
    for (const one of nodes) for (const other of nodes) this.network.mend(one, other)
  }

  /** Every broker is up and has heard that all replicas are in sync under preferred leaders. */
  isWhole(): boolean {
    const { image } = this.controller
    return [...this.hosts.values()].every(({ node, process }) => {
      if (node.state !== 'running' || process.image.version !== image.version) return false
      if (image.brokers.get(node.id)?.fenced !== false) return false
      return [...image.topics.values()].every(({ partitions }) =>
        partitions.every(({ replicas, isr, leader }) => {
          return isr.length === replicas.length && leader === replicas[0]
        }),
      )
    })
  }

  /** What stands on the brokers' disks, ordered by broker; dead ones' too. */
  replicaLogs(topic: string, partition: number): ReplicaLog[] {
    return [...this.hosts.values()].flatMap(({ node, disk }) => {
      const log = disk.find(topic, partition)
      if (log === undefined) return []
      return [{ broker: node.id, alive: node.state !== 'dead', batches: log.allBatches() }]
    })
  }

  /** As if it had been started a while ago, without the traffic that takes. */
  private makeReady(): void {
    const { brokers, settings, seed } = this.options
    const ids = brokers.map(({ id }) => id).sort((a, b) => a - b)
    const epochs = new Map<number, number>()
    for (const id of ids) {
      const { error, brokerEpoch } = this.controller.registerBroker(id)
      if (error !== 'NONE') throw new Error(`broker ${id} cannot register: ${error}`)
      epochs.set(id, brokerEpoch)
    }
    for (const [id, epoch] of epochs) {
      this.controller.heartbeat(id, epoch, this.controller.image.version)
    }
    this.controller.createTopics(internalTopics(ids, settings), ({ topics }) => {
      for (const { topic, errorCode, errorMessage } of topics) {
        if (errorCode !== 0) throw new Error(`topic ${topic} cannot be made: ${errorMessage}`)
      }
    })
    for (const [id, brokerEpoch] of epochs) {
      const machine = {
        node: new ClusterNode(id, this.queue),
        disk: new Disk((topic, partition, log) => this.checker?.watch(id, topic, partition, log)),
        random: seededRandom(seed, `broker ${id}`),
      }
      const process = this.newProcess(machine)
      this.controller.allocateProducerIds({ broker: id, brokerEpoch }, (block) => {
        process.producerIds.add(block)
      })
      this.hosts.set(id, { ...machine, process, sessions: new Set() })
    }
    for (const [id, brokerEpoch] of epochs) {
      this.host(id).process.lifecycle.registered(brokerEpoch, this.controller.image)
    }
  }

  private newProcess({ node, disk, random }: Pick<Host, 'node' | 'disk' | 'random'>): Broker {
    const { settings, startOfTimeMs } = this.options
    const context: BrokerContext = {
      id: node.id,
      timers: node.timers,
      startedAtMs: startOfTimeMs,
      settings,
      random,
      disk,
      askBroker: (id, { serve, ...rest }) => {
        const host = this.host(id)
        this.network.call(node, host.node, {
          ...rest,
          serve: (answer) => serve(host.process, answer),
        })
      },
      askController: <Answer>({ serve, answered }: Question<Controller, Answer>) => {
        this.network.call(node, this.controllerNode, {
          serve: (answer: (value: Answer) => void) => serve(this.controller, answer),
          answered: (answer: Answer) => {
            answered(answer)
            this.checker?.heard()
          },
          failed: () => undefined,
        })
      },
    }
    return new Broker(context)
  }

  private newChecker(): InvariantChecker {
    const { settings, seed, startOfTimeMs } = this.options
    const view = {
      leadership: (broker: number, topic: string, partition: number) => {
        const host = this.hosts.get(broker)
        if (host === undefined || host.node.state === 'dead') return undefined
        return host.process.replicas.find(topic, partition)?.leadership
      },
      nowMs: () => startOfTimeMs + this.queue.now(),
    }
    return new InvariantChecker({ view, settings, seed })
  }

  private host(broker: number): Host {
    const host = this.hosts.get(broker)
    if (host !== undefined) return host
    throw new Error(`The cluster has no broker ${broker}: it has ${[...this.hosts.keys()]}`)
  }

  private node(which: number | 'controller'): ClusterNode {
    return which === 'controller' ? this.controllerNode : this.host(which).node
  }
}
