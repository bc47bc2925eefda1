/**
 * The local cluster of this process: started on first use and reused by all runs. The same
 * settings give the running one; others replace it, since most of a broker's settings can only be
 * given at its start.
 */
import type { BrokerAddress, BrokerControl } from '../cluster'
import { checkSettings, type Settings } from './broker-settings'
import { startCluster } from './running-cluster'

export type BrokerState = 'running' | 'paused' | 'dead'

/** The segment files of one broker's replica of a partition, by base offset. */
export interface ReplicaFiles {
  broker: number
  /** False when the broker is dead: then nothing changes these files. */
  alive: boolean
  segments: string[]
}

/**
 * A running cluster. Acts on brokers are refused, by name, for an id that is not one and for a
 * state they do not fit; the controller cannot be named.
 */
export interface LocalCluster extends BrokerControl {
  readonly kafkaVersion: string
  readonly brokers: BrokerAddress[]
  state(id: number): BrokerState
  /** Read from disk without asking Kafka; brokers without a replica are left out. */
  replicaFiles(topic: string, partition: number): ReplicaFiles[]
  /** Ends all processes and removes their data. */
  stop(): Promise<void>
}

interface Entry {
  settings: string
  cluster: Promise<LocalCluster>
}

let current: Entry | undefined

/**
 * The cluster with these broker settings (by Kafka's names), started when it does not run yet.
 * Rejects with the last lines of a broker's log when one does not come up.
 */
export async function localCluster(options: { settings?: Settings } = {}): Promise<LocalCluster> {
  const settings = options.settings ?? {}
  checkSettings(settings)
  const key = JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (current?.settings === key) return current.cluster
  const before = current?.cluster
  const entry: Entry = { settings: key, cluster: replace(before, settings, () => forget(entry)) }
  current = entry
  entry.cluster.catch(() => forget(entry))
  return entry.cluster
}

async function replace(
  before: Promise<LocalCluster> | undefined,
  settings: Settings,
  onStop: () => void,
): Promise<LocalCluster> {
  // One that failed to start has told its own callers and left nothing to stop.
  const running = await before?.catch(() => undefined)
  await running?.stop()
  return startCluster(settings, onStop)
}

function forget(entry: Entry): void {
  if (current === entry) current = undefined
}
