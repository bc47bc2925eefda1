/**
 * What an owner and its supervisor tell each other: one JSON value a line, over the supervisor's
 * standard input and output. The end of its input means that the owner is gone or wants it to end.
 */
import type { Settings } from './broker-settings'

export interface ClusterSpec {
  /** Folder of the run folders, one per supervisor. */
  runFolder: string
  /** A formatted data folder without meta.properties. */
  template: string
  clusterId: string
  java: string
  /** Everything between `java` and the properties file. */
  arguments: string[]
  nodes: { id: number; settings: Settings }[]
}

/** `end` is SIGTERM: an orderly exit. */
export type NodeAct = 'kill' | 'pause' | 'resume' | 'spawn' | 'end'

export type Request =
  | { number: number; act: 'start'; spec: ClusterSpec }
  | { number: number; act: NodeAct; node: number }

export type Answer =
  | { number: number; folder?: string }
  | { number: number; error: string }
  /** A node ended, on request or not. */
  | { exited: number }
  /** The supervisor itself failed and takes everything down. */
  | { fatal: string }

export const dataFolder = (folder: string, node: number): string => `${folder}/node-${node}`
export const logFile = (folder: string, node: number): string => `${folder}/node-${node}.log`
