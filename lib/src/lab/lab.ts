/**
 * The lab: a handle on one cluster that runs experiments, one at a time. `openLab()` gives the
 * embedded cluster; `KAFKA_LAB=local` the local cluster of real brokers, `KAFKA_LAB=host:port,…` a
 * cluster of the user's own.
 */
import type { Cluster } from '../clusters/cluster'
import { localCluster, type LocalCluster } from '../clusters/kafka/local-cluster'
import { describeCluster, kafkaVersion } from '../clusters/admin'
import { embeddedCluster } from '../clusters/embedded/embedded-cluster'
import { reality } from '../clusters/reality'
import { WireClient } from '../clusters/wire-client'
import type { Plan } from '../history/plan'
import type { Run } from '../history/run'
import { RunError } from './errors'
import { Execution } from './execution'
import type { Experiment } from './experiment'
import { kafkajsVersion } from './kafkajs-module'
import { Names } from './names'
import { readCluster, readReplicas } from './observation'
import { checkPlan, jsonOf, planOf } from './plan'
import type { Bodies } from './plan'
import { createPlannedTopics, removeNamed } from './prepare'

export interface Lab {
  /** Runs an experiment. Rejects when the plan is wrong or when the run proves nothing. */
  run(experiment: Experiment): Promise<Run>
  /** Runs a plan again, e.g. `run.plan`; `bodies` are the apps' code by app name. */
  run(plan: Plan, code: { bodies: Bodies }): Promise<Run>
  /** Closes the lab's connections and stops the brokers it started. */
  close(): Promise<void>
}

/**
 * Opens the lab on the cluster that the environment variable `KAFKA_LAB` names: `embedded` (a
 * simulated Kafka in virtual time; the default), `local` (three real brokers that the lab starts)
 * or a broker list `host:port,…`.
 */
export async function openLab(): Promise<Lab> {
  const where = process.env['KAFKA_LAB'] ?? 'embedded'
  if (where === 'embedded') return embeddedLab()
  if (where === 'local') {
    await openLocal(undefined)
    return new ClusterLab(({ cluster }) => openLocal(cluster), closeLocal)
  }
  const own = await openOwn(parseBrokerList(where))
  return new ClusterLab(
    async () => own,
    async () => own.wire.close(),
  )
}

/** A lab on the embedded cluster, whatever `KAFKA_LAB` says: for what only virtual time can do. */
export function embeddedLab(): Lab {
  return new ClusterLab(openEmbedded, async () => undefined)
}

type OpenCluster = (plan: Plan) => Promise<Cluster>

/** Another one for each run. */
async function openEmbedded({ cluster: settings, seed }: Plan): Promise<Cluster> {
  return embeddedCluster({ ...(settings && { settings }), seed })
}

let local: { brokers: string; cluster: Cluster; processes: LocalCluster } | undefined

/** The running local cluster with a client of the lab's on it; the same one while it runs. */
async function openLocal(settings: Plan['cluster']): Promise<Cluster> {
  const processes = await localCluster(settings ? { settings } : {})
  const brokers = JSON.stringify(processes.brokers)
  if (local?.brokers !== brokers) {
    local?.cluster.wire.close()
    const wire = new WireClient({ brokers: processes.brokers, clientId: 'kafka-lab' })
    const { kafkaVersion: version } = processes
    const cluster: Cluster = {
      kind: 'local',
      kafkaVersion: version,
      brokers: processes.brokers,
      wire,
      control: processes,
      ...reality,
    }
    local = { brokers, cluster, processes }
  }
  return local.cluster
}

/** Stops the brokers, if they run: opening them again would be the way to a next run. */
async function closeLocal(): Promise<void> {
  const open = local
  local = undefined
  await open?.cluster.wire.close()
  await open?.processes.stop()
}

async function openOwn(brokers: { host: string; port: number }[]): Promise<Cluster> {
  const wire = new WireClient({ brokers, clientId: 'kafka-lab' })
  try {
    const description = await describeCluster(wire)
    const version = await kafkaVersion(wire)
    return {
      kind: 'own',
      kafkaVersion: version,
      brokers: description.brokers,
      wire,
      ...reality,
    }
  } catch (error) {
    wire.close()
    throw error
  }
}

function parseBrokerList(text: string): { host: string; port: number }[] {
  return text.split(',').map((entry) => {
    const [, host, port] = /^\s*([^\s:]+):(\d{1,5})\s*$/.exec(entry) ?? []
    if (host !== undefined && port !== undefined) return { host, port: Number(port) }
    throw new Error(
      `KAFKA_LAB=${text} names no cluster: '${entry}' is not host:port. ` +
        `Use KAFKA_LAB=embedded, KAFKA_LAB=local or a broker list such as KAFKA_LAB=localhost:9092`,
    )
  })
}

/** One run at a time in this process, whichever lab it is on: the next one waits for its turn. */
let turn: Promise<unknown> = Promise.resolve()

function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}

class ClusterLab implements Lab {
  private closed = false

  constructor(
    private readonly open: OpenCluster,
    private readonly shut: () => Promise<void>,
  ) {}

  run(given: Experiment | Plan, code?: { bodies: Bodies }): Promise<Run> {
    return inTurn(async () => {
      if (this.closed) throw new RunError('this lab is closed: open another with openLab()')
      const { plan, bodies } = code
        ? { plan: jsonOf(given as Plan), bodies: code.bodies }
        : planOf(given as Experiment)
      const cluster = await this.open(plan)
      checkPlan(plan, bodies, {
        brokers: cluster.brokers.map(({ id }) => id),
        brokerActs: powersOver(cluster),
      })
      return cluster.time.drive(() => carryOut(plan, bodies, cluster))
    })
  }

  close(): Promise<void> {
    return inTurn(async () => {
      this.closed = true
      await this.shut()
    })
  }
}

let runs = 0

/** The embedded cluster is new for each run; the others may hold those of other runs. */
function prefixFor({ kind }: Cluster): string {
  if (kind === 'embedded') return 'lab-'
  return `lab-${process.pid.toString(36)}-${Date.now().toString(36)}-${++runs}-`
}

function powersOver({ control, simulated }: Cluster): 'refused' | 'real' | 'simulated' {
  if (simulated) return 'simulated'
  return control ? 'real' : 'refused'
}

/** Everything from an empty cluster to an empty cluster. */
async function carryOut(plan: Plan, bodies: Bodies, cluster: Cluster): Promise<Run> {
  const addresses = new Map(cluster.brokers.map(({ id, host, port }) => [id, `${host}:${port}`]))
  const names = new Names(prefixFor(cluster), addresses)
  const execution = new Execution(plan, bodies, cluster, names)
  let run: Run
  try {
    await heal(cluster)
    await createPlannedTopics(plan, cluster, names)
    await execution.run()
    const replicaLogs = readReplicas(plan, cluster, names)
    await heal(cluster)
    const { logs, groups } = await readCluster(cluster, names, execution.recorder.events)
    run = {
      format: 1,
      plan,
      cluster: {
        kind: cluster.kind,
        kafkaVersion: cluster.kafkaVersion,
        brokers: cluster.brokers.map(({ id }) => id),
      },
      kafkajsVersion,
      history: execution.recorder.events,
      logs,
      replicaLogs,
      groups,
      apps: execution.outcomes,
    }
  } catch (error) {
    await also(error, heal(cluster))
    await also(error, removeNamed(cluster, names))
    throw error
  }
  await removeNamed(cluster, names)
  return run
}

/** What fails while cleaning up is told too, behind the error that came first. */
async function also(first: unknown, cleaning: Promise<void>): Promise<void> {
  try {
    await cleaning
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (!(first instanceof Error)) throw error
    first.message += `\nAfter that, cleaning up failed too: ${reason}`
  }
}

async function heal(cluster: Cluster): Promise<void> {
  try {
    await cluster.control?.heal()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RunError(`the cluster could not be healed: ${reason}`, { cause: error })
  }
}
