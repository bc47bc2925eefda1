/**
 * From an experiment to its plan, and what makes a plan impossible. Every problem names the value
 * and says what to do; all of them are told at once.
 */
import { createHash } from 'node:crypto'
import { faultProblems, pointProblems } from '../faults'
import type { FaultScope } from '../faults'
import type { AppPlan, Fault, Plan, TopicPlan } from '../history/plan'
import { apis } from '../protocol/registry'
import { PlanError } from './errors'
import type { AppBody, AppSettings, Experiment } from './experiment'
import { jsonProblems } from './json-problems'

/** What the cluster at hand allows. */
export interface ClusterScope {
  brokers: readonly number[]
  brokerActs: FaultScope['brokerActs']
}

export type Bodies = Record<string, AppBody>

const experimentKeys = ['topics', 'apps', 'intended', 'cluster', 'faults', 'seed', 'timeLimitMs']
const topicKeys = ['partitions', 'replicationFactor', 'config', 'records']
const appKeys = ['body', 'params', 'client', 'startAt', 'restart', 'store']
const restartKeys = ['on', 'afterMs', 'times']
const restartReasons = ['crash', 'crash or error']
/** Settings of the kafkajs client that a plan may change; addresses and sockets are the lab's. */
const clientKeys = [
  'authenticationTimeout',
  'clientId',
  'connectionTimeout',
  'enforceRequestTimeout',
  'reauthenticationThreshold',
  'requestTimeout',
  'retry',
]

/** The JSON part of an experiment, and the code it leaves out, by app. */
export function planOf(experiment: Experiment): { plan: Plan; bodies: Bodies } {
  const problems = unknownKeys('the experiment', experiment, experimentKeys)
  const bodies: Bodies = {}
  const apps: Record<string, AppPlan> = {}
  for (const [name, given] of Object.entries(experiment.apps ?? {})) {
    const settings: AppSettings = typeof given === 'function' ? { body: given } : given
    problems.push(...unknownKeys(`app '${name}'`, settings, appKeys))
    if (typeof settings.body !== 'function') {
      problems.push(`app '${name}' has no body: give it an async function`)
      continue
    }
    const { body, ...rest } = settings
    problems.push(...jsonProblems(rest, `app '${name}'`))
    bodies[name] = body
    apps[name] = { body: body.name || name, bodyHash: sourceHash(body), ...rest }
  }
  const { apps: _bodies, ...others } = experiment
  problems.push(...jsonProblems(others, 'the experiment'))
  if (problems.length > 0) throw new PlanError(problems)
  const plan: Plan = {
    topics: experiment.topics ?? {},
    apps,
    ...(experiment.intended && { intended: experiment.intended }),
    ...(experiment.cluster && { cluster: experiment.cluster }),
    faults: experiment.faults ?? [],
    seed: experiment.seed ?? 1,
    timeLimitMs: experiment.timeLimitMs ?? 30_000,
  }
  return { plan: jsonOf(plan), bodies }
}

/** Throws a PlanError unless the plan can be carried out on this cluster with these bodies. */
export function checkPlan(plan: Plan, bodies: Bodies, cluster: ClusterScope): void {
  const shape = shapeProblems(plan)
  if (shape.length > 0) throw new PlanError(shape)
  const topics = Object.fromEntries(
    Object.entries(plan.topics).map(([name, topic]) => [name, { partitions: partitionsOf(topic) }]),
  )
  const scope: FaultScope = {
    apps: Object.keys(plan.apps),
    topics,
    brokers: cluster.brokers,
    apis: [...new Set(apis.map((api) => api.name))],
    brokerActs: cluster.brokerActs,
  }
  const problems = [
    ...Object.entries(plan.topics).flatMap(([name, topic]) => topicProblems(name, topic, cluster)),
    ...appsProblems(plan, bodies, scope),
    ...intendedProblems(plan),
    ...clusterProblems(plan, cluster),
    ...faultProblems(plan.faults, scope),
  ]
  if (problems.length > 0) throw new PlanError(problems)
}

/** Number of partitions a topic of the plan has. */
export function partitionsOf(topic: TopicPlan): number {
  return topic.partitions ?? 1
}

/** Tells whether a body is still the one that a plan was made with. */
export function sourceHash(body: AppBody): string {
  return createHash('sha256').update(body.toString()).digest('hex').slice(0, 16)
}

/** The plan as it reads back from JSON; points and acts become values of this plan alone. */
export function jsonOf(plan: Plan): Plan {
  return JSON.parse(JSON.stringify(plan)) as Plan
}

/** What the other checks rely on. */
function shapeProblems(plan: Plan): string[] {
  const problems: string[] = []
  for (const key of ['topics', 'apps'] as const) {
    if (!isTable(plan[key])) problems.push(`${key} is no table: give ${key}: { name: { … } }`)
  }
  const isFault = (fault: Partial<Fault>) =>
    typeof fault?.point?.at === 'string' && Array.isArray(fault.acts)
  if (!Array.isArray(plan.faults) || !plan.faults.every(isFault)) {
    problems.push('faults is no list of faults: give faults: [on(point, act), …]')
  }
  if (!Number.isInteger(plan.seed)) problems.push(`seed: ${plan.seed} is not a whole number`)
  if (!(plan.timeLimitMs > 0)) {
    problems.push(`timeLimitMs: ${plan.timeLimitMs} is not a duration: give milliseconds above 0`)
  }
  return problems
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownKeys(what: string, given: object, known: readonly string[]): string[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => `${what} has no '${key}': it takes ${known.join(', ')}`)
}

function topicProblems(name: string, topic: TopicPlan, cluster: ClusterScope): string[] {
  const label = `topic '${name}'`
  const problems = unknownKeys(label, topic, topicKeys)
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(name) || name.startsWith('__')) {
    problems.push(`${label} is not a name Kafka takes: use letters, digits, '.', '_' and '-'`)
  }
  const partitions = partitionsOf(topic)
  if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= 100)) {
    problems.push(`${label}: partitions: ${partitions} is not a number from 1 to 100`)
  }
  const { replicationFactor } = topic
  const brokers = cluster.brokers.length
  if (replicationFactor !== undefined && !isWithin(replicationFactor, brokers)) {
    problems.push(
      `${label}: replicationFactor: ${replicationFactor} is not a number from 1 to ${brokers}, ` +
        `the number of brokers`,
    )
  }
  const records = (topic.records ?? []).map((record) =>
    typeof record === 'string' ? { value: record } : record,
  )
  for (const { value, partition } of records) {
    if (partition === undefined || (partition >= 0 && partition < partitions)) continue
    problems.push(
      `${label}: the record ${JSON.stringify(value)} is for partition ${partition}: ` +
        `the topic has 0 to ${partitions - 1}`,
    )
  }
  const values = records.map(({ value }) => value)
  return [...problems, ...repeated(values, `${label}: records`)]
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most
}

function appsProblems(plan: Plan, bodies: Bodies, scope: FaultScope): string[] {
  const names = Object.keys(plan.apps)
  if (names.length === 0) {
    return ['the experiment has no app: give apps: { name: async (app) => … }']
  }
  return names.flatMap((name) => {
    const { startAt, restart } = plan.apps[name]!
    const problems = startAt ? pointProblems(startAt, scope) : []
    if (!bodies[name]) problems.push('has no body: give lab.run(plan, { bodies }) one by this name')
    problems.push(...unknownKeys('client', plan.apps[name]!.client ?? {}, clientKeys))
    if (restart !== undefined && !isTable(restart)) {
      problems.push(`restart: ${JSON.stringify(restart)} is no table: give { on, afterMs, times }`)
    }
    problems.push(...unknownKeys('restart', restart ?? {}, restartKeys))
    const { on = 'crash', ...numbers } = restart ?? {}
    if (!restartReasons.includes(on)) {
      problems.push(`restart.on: '${on}' is not one of ${restartReasons.join(', ')}`)
    }
    for (const [key, value] of Object.entries(numbers)) {
      if (Number.isInteger(value) && value >= 0) continue
      problems.push(`restart.${key}: ${value} is not a whole number from 0`)
    }
    return problems.map((problem) => `app '${name}': ${problem}`)
  })
}

function intendedProblems(plan: Plan): string[] {
  return Object.entries(plan.intended ?? {}).flatMap(([topic, values]) => {
    const label = `intended.${topic}`
    if (topic in plan.topics) return repeated(values, label)
    return [`${label}: there is no topic '${topic}': it is one of ${Object.keys(plan.topics)}`]
  })
}

function repeated(values: readonly string[], label: string): string[] {
  const seen = new Set<string>()
  return values.flatMap((value) => {
    const again = seen.has(value)
    seen.add(value)
    if (!again) return []
    return [
      `${label} holds the value ${JSON.stringify(value)} twice: ` +
        `the lab knows a message by its topic and value, so give each a value of its own`,
    ]
  })
}

function clusterProblems(plan: Plan, cluster: ClusterScope): string[] {
  if (!plan.cluster || cluster.brokerActs !== 'refused') return []
  return [
    `cluster: ${JSON.stringify(plan.cluster)} changes broker settings, which is refused on a ` +
      `cluster of your own: run it with KAFKA_LAB=local`,
  ]
}
