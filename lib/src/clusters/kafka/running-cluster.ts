/**
 * One started cluster: three broker processes and a controller process under a supervisor. It
 * keeps what each broker's process is doing and turns acts into signals; what the cluster makes of
 * them is left to Kafka.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { decodeRecordBatches } from '../../protocol/record-batch'
import type { BrokerAddress, ReplicaBatches } from '../cluster'
import { WireClient } from '../wire-client'
import {
  brokerIds,
  brokerSettings,
  clusterId,
  controllerId,
  controllerSettings,
  featuresOf,
  withoutFeatures,
  type Settings,
} from './broker-settings'
import { classArchive } from './class-archive'
import { answers, prepare, refuseUnknownSettings, settle } from './cluster-health'
import { freePorts } from './free-ports'
import {
  brokerArguments,
  formattedFolder,
  kafkaFolder,
  provideInstallation,
  type Installation,
} from './installation'
import { withLimit, type Limit } from './limit'
import type { BrokerState, LocalCluster, ReplicaFiles } from './local-cluster'
import { emptyDisk, segmentFiles } from './replica-files'
import { Supervisor } from './supervisor-client'
import { dataFolder, logFile } from './supervisor-protocol'

const startLimitMs = 60_000
const healLimitMs = 30_000
/**
 * A broker resumed close to the end of its session looks whole until the controller has either
 * heard from it (every 200 ms) or fenced it, which no request shows.
 */
const fencingMs = 300
const requestLimitMs = 5_000
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
  readonly kafkaVersion: string
  readonly brokers: BrokerAddress[]
  private readonly states = new Map<number, BrokerState>()
  private readonly controllerPort: number
  private readonly supervisor: Supervisor
  /** Whoever waits for a node and must hear that it ended instead. */
  private readonly watchers = new Map<number, Limit['cut']>()
  private readonly wire: WireClient
  private folder = ''
  private resumedAtMs = -Infinity

  constructor(
    private readonly installation: Installation,
    ports: number[],
    private readonly onStop: () => void,
  ) {
    this.kafkaVersion = installation.kafkaVersion
    this.brokers = brokerIds.map((id, index) => ({
      id,
      host: '127.0.0.1',
      port: ports[index] as number,
    }))
    this.controllerPort = ports[brokerIds.length] as number
    this.wire = new WireClient({
      brokers: this.brokers,
      clientId: 'kafka-lab-cluster',
      timeoutMs: requestLimitMs,
      // Idle connections must not keep the owner alive; a request's own timer does while it waits.
      connect: ({ host, port }) => connect({ host, port, noDelay: true }).unref(),
    })
    this.supervisor = new Supervisor((node) => this.ended(node))
  }

  async start(settings: Settings): Promise<void> {
    const own = withoutFeatures(settings)
    const controller = { id: controllerId, port: this.controllerPort }
    const nodes = [
      { id: controllerId, settings: controllerSettings(controller, own) },
      ...this.brokers.map((each) => {
        return { id: each.id, settings: brokerSettings(each, controller, own) }
      }),
    ]
    // Made once and then found; not part of the time a start may take.
    const template = await formattedFolder(this.installation, featuresOf(settings))
    const archive = await classArchive(this.installation)
    await withLimit(startLimitMs, 'the local cluster is not ready', async (limit) => {
      for (const { id } of nodes) this.watchers.set(id, limit.cut)
      this.folder = await this.supervisor.start({
        runFolder: `${kafkaFolder}/run`,
        template,
        clusterId,
        java: this.installation.java.path,
        arguments: brokerArguments(this.installation, archive),
        nodes,
      })
      for (const id of brokerIds) this.states.set(id, 'running')
      await Promise.all(brokerIds.map((id) => answers(this.wire, id, limit)))
      await refuseUnknownSettings(this.wire, 1, own)
      const all = brokerSettings(this.broker(1), controller, own)
      await prepare(this.wire, brokerIds, { settings: all, limit })
      // On a busy machine a broker may have missed its heartbeats meanwhile and lost what it led.
      await settle(this.wire, brokerIds, limit)
    })
    this.watchers.clear()
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

  async loseDisk(id: number): Promise<void> {
    await this.kill(id)
    emptyDisk(dataFolder(this.folder, id))
  }

  async pause(id: number): Promise<void> {
    this.refuseDead(id, 'pause')
    await this.supervisor.act('pause', id)
    this.states.set(id, 'paused')
  }

  async resume(id: number): Promise<void> {
    this.refuseDead(id, 'resume')
    await this.supervisor.act('resume', id)
    if (this.states.get(id) === 'paused') this.resumedAtMs = performance.now()
    this.states.set(id, 'running')
  }

  async restart(id: number): Promise<void> {
    await this.kill(id)
    const why = `broker ${id} does not answer after its restart`
    await withLimit(startLimitMs, why, async (limit) => {
      this.watchers.set(id, limit.cut)
      await this.supervisor.act('spawn', id)
      this.states.set(id, 'running')
      await answers(this.wire, id, limit)
    })
    this.watchers.delete(id)
  }

  async heal(): Promise<void> {
    const why = `the cluster is not whole after ${healLimitMs} ms`
    await withLimit(healLimitMs, why, async (limit) => {
      await Promise.all(brokerIds.map((id) => this.revive(id)))
      const waitMs = this.resumedAtMs + fencingMs - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      await settle(this.wire, brokerIds, limit)
    })
  }

  replicaFiles(topic: string, partition: number): ReplicaFiles[] {
    return this.brokers.flatMap(({ id }) => {
      const segments = segmentFiles(dataFolder(this.folder, id), topic, partition)
      return segments.length === 0
        ? []
        : [{ broker: id, alive: this.states.get(id) !== 'dead', segments }]
    })
  }

  replicaLogs(topic: string, partition: number): ReplicaBatches[] {
    return this.replicaFiles(topic, partition).map(({ broker, alive, segments }) => {
      // A segment of a killed broker may end in the middle of a batch; recovery would cut it off.
      const batches = segments.flatMap((path) => decodeRecordBatches(readFileSync(path), 'cut'))
      return { broker, alive, batches }
    })
  }

  async stop(): Promise<void> {
    this.onStop()
    await this.wire.close()
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
    this.watchers.get(node)?.(new Error(`${name} did not come up:\n${this.logEnd(node)}`))
  }

  /** The last lines of a node's log without the frames of Java's stack traces. */
  private logEnd(node: number): string {
    const lines = readFileSync(logFile(this.folder, node), 'utf8').trim().split('\n')
    return lines
      .filter((line) => !/^\s+at /.test(line))
      .slice(-shownLines)
      .join('\n')
  }
}
