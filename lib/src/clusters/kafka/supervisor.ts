/**
 * The parent of a local cluster's JVMs: a process of its own session, so that neither Ctrl-C nor
 * the killing of its owner's process group reaches it. It lives as long as its standard input: when
 * the owner ends, however it ends, the JVMs are killed (SIGKILL works on paused ones), their folder
 * is removed, and it exits. It knows processes and folders, nothing of Kafka's protocol.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, cpSync, openSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { propertiesText } from './broker-settings'
import { isStopped } from './process-table'
import { createRunFolder, recordProcess, removeFolder, sweepRunFolders } from './run-folders'
import {
  dataFolder,
  logFile,
  type Answer,
  type ClusterSpec,
  type NodeAct,
  type Request,
} from './supervisor-protocol'

let spec: ClusterSpec | undefined
let folder: string | undefined
const processes = new Map<number, ChildProcess>()

const tell = (answer: Answer): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function start(given: ClusterSpec): string {
  spec = given
  sweepRunFolders(spec.runFolder)
  folder = createRunFolder(spec.runFolder)
  for (const node of spec.nodes) {
    const data = dataFolder(folder, node.id)
    cpSync(spec.template, data, { recursive: true })
    writeFileSync(
      `${data}/meta.properties`,
      propertiesText({
        version: 1,
        'cluster.id': spec.clusterId,
        'node.id': node.id,
        'directory.id': `A${randomBytes(16).toString('base64url').slice(1)}`,
      }),
    )
    const settings = { ...node.settings, 'log.dirs': data }
    writeFileSync(propertiesFile(node.id), propertiesText(settings))
    spawnNode(node.id)
  }
  return folder
}

const propertiesFile = (node: number): string => `${folder}/node-${node}.properties`

function spawnNode(node: number): void {
  if (spec === undefined || folder === undefined) throw new Error('no cluster was started')
  if (processes.has(node)) throw new Error(`node ${node} runs already`)
  const log = openSync(logFile(folder, node), 'a')
  const child = spawn(spec.java, [...spec.arguments, propertiesFile(node)], {
    stdio: ['ignore', log, log],
    cwd: folder,
  })
  closeSync(log)
  processes.set(node, child)
  const ended = (): void => {
    processes.delete(node)
    tell({ exited: node })
  }
  child.once('exit', ended)
  child.once('error', (error) => {
    if (child.pid === undefined) ended()
    tell({ fatal: `node ${node}: ${error.message}` })
  })
  if (child.pid !== undefined) recordProcess(folder, child.pid)
}

async function endBy(signal: 'SIGKILL' | 'SIGTERM', child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

async function pause(child: ChildProcess): Promise<void> {
  child.kill('SIGSTOP')
  while (child.exitCode === null && child.signalCode === null && !isStopped(child.pid as number)) {
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

async function act(name: NodeAct, node: number): Promise<void> {
  if (name === 'spawn') return spawnNode(node)
  const child = processes.get(node)
  if (child === undefined) throw new Error(`node ${node} is not running`)
  if (name === 'kill') return endBy('SIGKILL', child)
  if (name === 'end') return endBy('SIGTERM', child)
  if (name === 'pause') return pause(child)
  child.kill('SIGCONT')
}

async function serve(request: Request): Promise<void> {
  try {
    if (request.act === 'start') {
      tell({ number: request.number, folder: start(request.spec) })
    } else {
      await act(request.act, request.node)
      tell({ number: request.number })
    }
  } catch (error) {
    tell({ number: request.number, error: (error as Error).message })
  }
}

let isEnding = false

function end(): void {
  if (isEnding) return
  isEnding = true
  const ended = [...processes.values()].map((child) => endBy('SIGKILL', child))
  void Promise.all(ended).then(() => {
    if (folder !== undefined) removeFolder(folder)
    process.exit(0)
  })
}

process.on('uncaughtException', (error) => {
  tell({ fatal: String(error.stack) })
  end()
})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)
process.stdout.on('error', end)
createInterface({ input: process.stdin })
  .on('line', (line) => void serve(JSON.parse(line) as Request))
  .on('close', end)
