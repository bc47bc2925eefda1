/** A cluster that the lab can run experiments on, whatever it is made of. */
import type { LogBatch } from '../history/run'
import type { ByteStream } from './byte-stream'
import type { WireClient } from './wire-client'

export interface BrokerAddress {
  id: number
  host: string
  port: number
}

export interface Cluster {
  readonly kind: 'embedded' | 'local' | 'own'
  /** e.g. `4.4.0`; `unknown` where a cluster of the user's own does not tell. */
  readonly kafkaVersion: string
  /** Ordered by id. */
  readonly brokers: readonly BrokerAddress[]
  /** The lab's own connections, for what it does around a run. */
  readonly wire: WireClient
  /** What acts on brokers do; absent on a cluster of the user's own. */
  readonly control?: BrokerControl
  /** What only a simulated cluster can suffer. */
  readonly simulated?: SimulatedTrouble
  readonly time: RunTime
  /** A connection for an app's attempt, which is told what happens on it. */
  open(attempt: { app: string }, host: string, port: number): ByteStream
}

/** One broker's replica of a partition, as its disk holds it. */
export interface ReplicaBatches {
  broker: number
  /** False when the broker is dead: then nothing changes them. */
  alive: boolean
  batches: LogBatch[]
}

export interface BrokerControl {
  /** Takes effect at once, like SIGKILL; resolves when the broker is gone. */
  kill(id: number): Promise<void>
  /** Kills the broker and removes its logs; after `restart` it has none until it copies them. */
  loseDisk(id: number): Promise<void>
  /** The broker stands still, its connections stay open (SIGSTOP). */
  pause(id: number): Promise<void>
  resume(id: number): Promise<void>
  /** Resolves when the broker serves clients. */
  restart(id: number): Promise<void>
  /** Resolves when all brokers run, every ISR is full and every first replica leads. */
  heal(): Promise<void>
  /** Read without asking the brokers; those without a replica are left out. */
  replicaLogs(topic: string, partition: number): ReplicaBatches[]
}

export interface SimulatedTrouble {
  /** What was not flushed to the broker's disk is gone. */
  powerLoss(id: number): Promise<void>
  /** Nothing passes between the app and the broker until the cluster is healed. */
  cutOff(app: string, id: number): void
}

/** The time in which a cluster's runs happen. */
export interface RunTime {
  /** Carries out a whole run, from the first topic to the last observation. */
  drive<Result>(work: () => Promise<Result>): Promise<Result>
  /** Does something in the name of an app's attempt. */
  enter(owner: object, run: () => void): void
  /** Where time is virtual: calls `listener` with the delay of each timer that an app sets. */
  onTimer?(listener: (delayMs: number) => void): void
  /** In whose name things happen at this moment, where that is known. */
  readonly owner?: object | undefined
}
