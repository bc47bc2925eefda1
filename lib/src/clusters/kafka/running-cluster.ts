/**
 * One started cluster: three broker processes and a controller process under a supervisor. It
 * keeps what each broker's process is doing and turns acts into signals; what the cluster makes of
 * them is left to Kafka.
 */
import { readFileSync } from 'node:fs'
import {
  brokerIds, brokerSettings, clusterId, controllerId, controllerSettings, type Settings,
} from './broker-settings'
import { classArchive } from './class-archive'
import { answers, prepare, settle } from './cluster-health'
import { freePorts } from './free-ports'
import {
  brokerArguments, formattedFolder, kafkaFolder, provideInstallation, type Installation,
} from './installation'
import { limit } from './limit'
import type { BrokerAddress, BrokerState, LocalCluster, ReplicaFiles } from './local-cluster'
import { segmentFiles } from './replica-files'
import { Supervisor } from './supervisor-client'
import { dataFolder, logFile } from './supervisor-protocol'

const startLimitMs = 60_000
const healLimitMs = 30_000
const shownLines = 12

/** Starts a cluster and resolves when it is ready; leaves nothing running when it rejects. */
export async function startCluster(settings: Settings, onStop: () => void): Promise<LocalCluster> {
  const installation = await provideInstallation()
  const cluster = new RunningCluster(installation, await freePorts(brokerIds.length + 1), onStop)
  try {
    await cluster.start(settings)
    return cluster
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

class RunningCluster implements LocalCluster {
  readonly kind = 'local'
  readonly kafkaVersion: string
  readonly brokers: BrokerAddress[]
  private readonly states = new Map<number, BrokerState>()
  private readonly controllerPort: number
  private readonly supervisor: Supervisor
  /** Whoever waits for a node and must hear that it ended instead. */
  private readonly watchers = new Map<number, AbortController>()
  private folder = ''

  constructor(
    private readonly installation: Installation, ports: number[], private readonly onStop: () => void
  ) {
    this.kafkaVersion = installation.kafkaVersion
    this.brokers = brokerIds.map((id, index) => ({
      id,
      host: '127.0.0.1',
      port: ports[index] as number,
    }))
    this.controllerPort = ports[brokerIds.length] as number
    this.supervisor = new Supervisor((node) => this.ended(node))
  }

  async start(settings: Settings): Promise<void> {
    const controller = { id: controllerId, port: this.controllerPort }
    const nodes = [
      { id: controllerId, settings: controllerSettings(controller, settings) },
      ...this.brokers.map((each) => {
        return { id: each.id, settings: brokerSettings(each, controller, settings) }
      }),
    ]
    const started = limit(startLimitMs, 'the local cluster is not ready')
    for (const { id } of nodes) this.watchers.set(id, started.controller)
    this.folder = await this.supervisor.start({
      runFolder: `${kafkaFolder}/run`,
      template: await formattedFolder(this.installation),
      clusterId,
      java: this.installation.java.path,
      arguments: brokerArguments(this.installation, await classArchive(this.installation)),
      nodes,
    })
    for (const { id } of this.brokers) this.states.set(id, 'running')
    try {
      await Promise.all(this.brokers.map((each) => answers(each, started.controller.signal)))
      await prepare(this.brokers, nodes[1]?.settings ?? {}, started.controller.signal)
    } finally {
      started.clear()
      this.watchers.clear()
    }
  }

  state(id: number): BrokerState {
    this.broker(id)
    return this.states.get(id) as BrokerState
  }

  async kill(id: number): Promise<void> {
    if (this.state(id) === 'dead') return
    await this.supervisor.act('kill', id)
    this.states.set(id, 'dead')
  }

  async pause(id: number): Promise<void> {
    this.refuseDead(id, 'pause')
    await this.supervisor.act('pause', id)
    this.states.set(id, 'paused')
  }

  async resume(id: number): Promise<void> {
    this.refuseDead(id, 'resume')
    await this.supervisor.act('resume', id)
    this.states.set(id, 'running')
  }

  async restart(id: number): Promise<void> {
    const broker = this.broker(id)
    await this.kill(id)
    const started = limit(startLimitMs, `broker ${id} does not answer after its restart`)
    this.watchers.set(id, started.controller)
    try {
      await this.supervisor.act('spawn', id)
      this.states.set(id, 'running')
      await answers(broker, started.controller.signal)
    } finally {
      started.clear()
      this.watchers.delete(id)
    }
  }

  async heal(): Promise<void> {
    const healed = limit(healLimitMs, `the cluster is not whole after ${healLimitMs} ms`)
    try {
      await Promise.all(this.brokers.map(({ id }) => this.revive(id)))
      await settle(this.brokers, healed.controller.signal)
    } finally {
      healed.clear()
    }
  }

  replicaFiles(topic: string, partition: number): ReplicaFiles[] {
    return this.brokers.flatMap(({ id }) => {
      const segments = segmentFiles(dataFolder(this.folder, id), topic, partition)
      return segments.length === 0
        ? []
        : [{ broker: id, alive: this.states.get(id) !== 'dead', segments }]
    })
  }

  async stop(): Promise<void> {
    this.onStop()
    await this.supervisor.stop()
    for (const { id } of this.brokers) this.states.set(id, 'dead')
  }

  private async revive(id: number): Promise<void> {
    const state = this.state(id)
    if (state === 'paused') await this.resume(id)
    if (state === 'dead') await this.restart(id)
  }

  private broker(id: number): BrokerAddress {
    const found = this.brokers.find((each) => each.id === id)
    if (found === undefined) {
      throw new Error(`there is no broker ${id}: the local cluster has ${brokerIds.join(', ')}`)
    }
    return found
  }

  private refuseDead(id: number, act: string): void {
    if (this.state(id) === 'dead') {
      throw new Error(`broker ${id} is dead and cannot ${act}: use restart(${id})`)
    }
  }

  private ended(node: number): void {
    if (this.states.has(node)) this.states.set(node, 'dead')
    const name = node === controllerId ? 'the controller' : `broker ${node}`
    this.watchers.get(node)?.abort(new Error(`${name} did not come up:\n${this.logEnd(node)}`))
  }

  /** The last lines of a node's log without the frames of Java's stack traces. */
  private logEnd(node: number): string {
    const lines = readFileSync(logFile(this.folder, node), 'utf8').trim().split('\n')
    return lines.filter((line) => !/^\s+at /.test(line)).slice(-shownLines).join('\n')
  }
}
