/**
 * Runs an experiment of one app as the lab does, but with each attempt in a process of its own: the
 * reference for what a crash is. The histories of the attempts are joined to one; a SIGKILL leaves
 * no word about itself, so the end of a killed attempt is written here.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from '../../lib/src/clusters/cluster'
import type { HistoryEvent } from '../../lib/src/history/events'
import type { Run } from '../../lib/src/history/run'
import type { Experiment } from '../../lib/src/lab'
import { kafkajsVersion } from '../../lib/src/lab/kafkajs-module'
import { Names } from '../../lib/src/lab/names'
import { readCluster, readReplicas } from '../../lib/src/lab/observation'
import { planOf } from '../../lib/src/lab/plan'
import { createPlannedTopics, removeNamed } from '../../lib/src/lab/prepare'
import type { ChildTask } from './crash-child'

const child = join(__dirname, 'crash-child.ts')

/** How the child ended: by the signal a crash is, or by itself. */
function runChild(task: ChildTask): Promise<'crashed' | 'done'> {
  return new Promise((resolve, reject) => {
    const words = ['--import', 'tsx', child, JSON.stringify(task)]
    const started = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'pipe'] })
    let said = ''
    started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    started.on('error', reject)
    started.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve('crashed')
      else if (code === 0) resolve('done')
      else reject(new Error(`the app's process ended with ${signal ?? code}: ${said}`))
    })
  })
}

export async function runAsProcesses(experiment: Experiment, cluster: Cluster): Promise<Run> {
  const { plan } = planOf(experiment)
  const [app] = Object.keys(plan.apps) as [string]
  const prefix = `lab-process-${process.pid.toString(36)}-${Date.now().toString(36)}-`
  const names = new Names(prefix)
  const folder = mkdtempSync(join(tmpdir(), 'kafka-lab-crash-'))
  const history: HistoryEvent[] = []
  const storeFile = join(folder, 'store.json')
  const most = (plan.apps[app]?.restart?.times ?? 1) + 1
  try {
    await createPlannedTopics(plan, cluster, names)
    let attempt = 0
    let ended: 'crashed' | 'done' = 'crashed'
    while (ended === 'crashed' && attempt < most) {
      attempt++
      const historyFile = join(folder, `attempt-${attempt}.jsonl`)
      const brokers = [...cluster.brokers]
      const firstId = attempt * 1_000_000
      const place = { app, attempt, firstId, historyFile, storeFile, prefix, brokers }
      ended = await runChild({ plan, ...place })
      append(history, readFileSync(historyFile, 'utf8'))
      if (ended === 'crashed') add(history, { type: 'app', app, attempt, state: 'crashed' })
    }
    const replicaLogs = readReplicas(plan, cluster, names)
    const { kind, kafkaVersion } = cluster
    return {
      format: 1,
      plan,
      cluster: { kind, kafkaVersion, brokers: cluster.brokers.map(({ id }) => id) },
      kafkajsVersion,
      history,
      ...(await readCluster(cluster, names, history)),
      replicaLogs,
      apps: { [app]: { attempts: attempt, ended, client: {} } },
    }
  } finally {
    await removeNamed(cluster, names)
    rmSync(folder, { recursive: true })
  }
}

/** Appends an attempt's events; its clock goes on where the last attempt's ended. */
function append(history: HistoryEvent[], lines: string): void {
  const since = history.at(-1)?.timeMs ?? 0
  for (const line of lines.trim().split('\n')) {
    const event = JSON.parse(line) as HistoryEvent
    history.push({ ...event, index: history.length, timeMs: since + event.timeMs })
  }
}

function add(
  history: HistoryEvent[],
  event: { type: 'app'; app: string; attempt: number; state: 'crashed' },
): void {
  history.push({ index: history.length, timeMs: history.at(-1)?.timeMs ?? 0, ...event })
}
