/**
 * An owner of a local cluster in a process of its own, to be killed by a test: runs a script
 * against the built library and tells, in one line, where its cluster's folder is.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BrokerAddress } from '../../../../lib/src/clusters/cluster'
import { projectRoot } from '../../../../lib/src/clusters/kafka/installation'
import { startTime } from '../../../../lib/src/clusters/kafka/process-table'

export interface Owner {
  child: ChildProcess
  brokers: BrokerAddress[]
  /** The folder of its cluster's supervisor. */
  folder: string
  /** Of the four JVMs, as the supervisor recorded them. */
  processes: { pid: number; started: string }[]
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts an owner in a process group of its own; `then` is what it does with `cluster`. */
export async function startOwner(then: string): Promise<Owner> {
  const library = join(projectRoot, 'lib/dist/clusters/kafka/local-cluster.js')
  const child = spawn(
    process.execPath,
    [
      '-e',
      `
    require(${JSON.stringify(library)}).localCluster().then(async (cluster) => {
      const [{ segments }] = cluster.replicaFiles('__consumer_offsets', 0)
      console.log(JSON.stringify({ brokers: cluster.brokers, segment: segments[0] }))
      ${then}
    })
  `,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended: Owner['ended'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve)
    void ended.then(({ code }) => reject(new Error(`the owner ended with ${code} before its line`)))
  })
  const { brokers, segment } = JSON.parse(line) as { brokers: BrokerAddress[]; segment: string }
  const folder = dirname(dirname(dirname(segment)))
  return { child, brokers, folder, processes: recordedProcesses(folder), ended }
}

export function recordedProcesses(folder: string): { pid: number; started: string }[] {
  const lines = readFileSync(join(folder, 'processes'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [pid, started] = line.split(' ') as [string, string]
    return { pid: Number(pid), started }
  })
}

export const isAlive = ({ pid, started }: { pid: number; started: string }): boolean => {
  return startTime(pid) === started
}

/** True when none of an owner's JVMs is left and its folder is gone. */
export function isCleared({ folder, processes }: Pick<Owner, 'folder' | 'processes'>): boolean {
  return !existsSync(folder) && !processes.some(isAlive)
}
