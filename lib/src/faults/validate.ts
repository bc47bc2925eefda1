/**
 * Refuses faults that cannot be: an act without a frame to act on, a count that depends on time, an
 * API that kafkajs never sends. Each problem names the fault, the value and what to do instead, so
 * a reader mends the plan without reading the lab's code.
 */
import type { Act, BrokerRef, Fault, Point } from '../history/plan'
import { pointLabel } from './matching'

/** What a plan may name. */
export interface FaultScope {
  apps: readonly string[]
  topics: Readonly<Record<string, { partitions: number }>>
  brokers: readonly number[]
  /** The APIs that a client of the lab can send. */
  apis: readonly string[]
  /** `real`: those that a signal to a process can do; `simulated`: all. */
  brokerActs: 'refused' | 'real' | 'simulated'
}

/** Sent as often as time allows, so a number says nothing about where in the run it falls. */
const countedByTime = ['Fetch', 'Heartbeat', 'Metadata']
const needsFrame = ['drop', 'duplicate', 'disconnect', 'delay', 'holdUntil', 'resendAt']
const needsRequest = ['duplicate', 'resendAt']
const consumes = ['drop', 'disconnect', 'crash']
const embeddedOnly = ['powerLoss', 'cutOff']
const frameKeys = [
  ...['app', 'attempt', 'broker', 'topic', 'partition', 'value', 'group', 'transactionalId'],
  ...['acks', 'nth'],
]
const effectKeys = ['app', 'attempt', 'id', 'nth']
const storedKeys = ['app', 'attempt', 'nth']

/** @returns one sentence per problem; an empty list when the faults can be carried out. */
export function faultProblems(faults: readonly Fault[], scope: FaultScope): string[] {
  return faults.flatMap((fault, index) => {
    const label = `faults[${index}], on(${pointLabel(fault.point)}, …)`
    const empty = fault.acts.length === 0 ? ['has no act: give it one, such as drop()'] : []
    const problems = [
      ...empty,
      ...pointProblems(fault.point, scope),
      ...fault.acts.flatMap((act, position) => [
        ...actProblems(act, fault.point, scope),
        ...orderProblems(fault.acts, position),
      ]),
    ]
    return problems.map((problem) => `${label}: ${problem}`)
  })
}

/** What is wrong with a point that something waits for (`startAt`, `holdUntil`, a fault's own). */
export function pointProblems(point: Point, scope: FaultScope): string[] {
  if (point.at === 'time') {
    return point.ms >= 0 ? [] : [`at(${point.ms}) lies before the run: give milliseconds from 0`]
  }
  const problems = matchProblems(point, scope)
  if (point.at === 'effect' || point.at === 'stored') return problems
  if (!scope.apis.includes(point.api)) {
    problems.push(`there is no API '${point.api}': it is one of ${scope.apis.join(', ')}`)
  }
  const { nth, value } = point.match
  if (nth !== undefined && countedByTime.includes(point.api) && value === undefined) {
    problems.push(
      `nth: ${nth} on ${point.api} depends on time, not on the experiment: ` +
        `leave nth out, or name a value (response('Fetch', { value: 'order-1', nth: 1 }))`,
    )
  }
  if (value !== undefined && point.api === 'Fetch' && point.at === 'request') {
    problems.push(`a Fetch request carries no value: use response('Fetch', { value: '${value}' })`)
  }
  if (value !== undefined && point.api !== 'Fetch' && point.api !== 'Produce') {
    problems.push(`${point.api} carries no value: leave value: '${value}' out`)
  }
  return problems
}

function matchProblems(point: Exclude<Point, { at: 'time' }>, scope: FaultScope): string[] {
  const problems: string[] = []
  const { app, attempt, nth } = point.match
  const unknown = (what: string, value: unknown, known: readonly unknown[]) =>
    problems.push(`there is no ${what} ${JSON.stringify(value)}: it is one of ${known.join(', ')}`)
  const keys = { effect: effectKeys, stored: storedKeys, request: frameKeys, response: frameKeys }
  for (const key of Object.keys(point.match).filter((name) => !keys[point.at].includes(name))) {
    problems.push(`there is nothing called '${key}' to match: use ${keys[point.at].join(', ')}`)
  }
  if (app !== undefined && !scope.apps.includes(app)) unknown('app', app, scope.apps)
  for (const [name, value] of Object.entries({ attempt, nth })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      problems.push(`${name}: ${value} is not a count: give 1 for the first`)
    }
  }
  if (point.at === 'effect' || point.at === 'stored') return problems
  const { broker, topic, partition } = point.match
  if (broker !== undefined && !scope.brokers.includes(broker)) {
    unknown('broker', broker, scope.brokers)
  }
  const topics = Object.keys(scope.topics)
  if (topic !== undefined && !topics.includes(topic)) unknown('topic', topic, topics)
  if (topic !== undefined && partition !== undefined) {
    problems.push(...partitionProblems(topic, partition, scope))
  }
  return problems
}

function partitionProblems(topic: string, partition: number, scope: FaultScope): string[] {
  const partitions = scope.topics[topic]?.partitions
  if (partitions === undefined) return []
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return []
  return [`'${topic}' has no partition ${partition}: it has 0 to ${partitions - 1}`]
}

function actProblems(act: Act, point: Point, scope: FaultScope): string[] {
  const atFrame = point.at === 'request' || point.at === 'response'
  if (act.act === 'disconnect' && point.at === 'effect') return []
  if (needsFrame.includes(act.act) && !atFrame) {
    return [`${act.act}() needs a frame: use it at a request or a response`]
  }
  if (needsRequest.includes(act.act) && point.at !== 'request') {
    return [`${act.act}() copies a request: use it at request(…)`]
  }
  switch (act.act) {
    case 'delay':
    case 'sleep':
      return act.ms >= 0 ? [] : [`${act.act}(${act.ms}) is not a duration: give milliseconds`]
    case 'holdUntil':
    case 'resendAt':
      return pointProblems(act.point, scope)
    case 'crash':
      return crashProblems(act.app, point, scope)
    case 'drop':
    case 'duplicate':
    case 'disconnect':
      return []
    case 'moveLeader':
      return moveProblems(act, scope)
    default:
      return brokerActProblems(act, scope)
  }
}

function crashProblems(app: string | undefined, point: Point, scope: FaultScope): string[] {
  if (app === undefined) {
    return point.at === 'time' ? [`crash() at a time needs the app: crash('${scope.apps[0]}')`] : []
  }
  return appProblems(app, 'crash', scope)
}

function appProblems(app: string, act: string, scope: FaultScope): string[] {
  if (scope.apps.includes(app)) return []
  return [`there is no app '${app}' to ${act}: it is one of ${scope.apps.join(', ')}`]
}

/** The controller does it, on the run's own topics: so no cluster refuses it. */
function moveProblems(act: Extract<Act, { act: 'moveLeader' }>, scope: FaultScope): string[] {
  const { topic, partition, broker } = act
  return [
    ...brokerRefProblems({ leaderOf: { topic, partition } }, scope),
    ...brokerRefProblems(broker, scope),
  ]
}

type BrokerAct = Exclude<Extract<Act, { broker: BrokerRef }>, { act: 'moveLeader' }>

function brokerActProblems(act: BrokerAct, scope: FaultScope): string[] {
  if (embeddedOnly.includes(act.act) && scope.brokerActs !== 'simulated') {
    return [`${act.act} needs the embedded cluster: real brokers are killed, paused or restarted`]
  }
  if (scope.brokerActs === 'refused') {
    return [`${act.act} is refused on a cluster of your own: run it with KAFKA_LAB=local`]
  }
  const app = act.act === 'cutOff' ? appProblems(act.app, 'cut off', scope) : []
  return [...app, ...brokerRefProblems(act.broker, scope)]
}

function brokerRefProblems(broker: BrokerRef, scope: FaultScope): string[] {
  if (broker === 'all') return []
  if (typeof broker === 'number') {
    if (scope.brokers.includes(broker)) return []
    return [`there is no broker ${broker}: it is one of ${scope.brokers.join(', ')}`]
  }
  if ('coordinatorOf' in broker) return []
  const { topic, partition } = 'leaderOf' in broker ? broker.leaderOf : broker.followersOf
  if (!(topic in scope.topics)) {
    return [`there is no topic '${topic}': it is one of ${Object.keys(scope.topics).join(', ')}`]
  }
  return partitionProblems(topic, partition, scope)
}

/** Nothing can be done to a frame that an earlier act has consumed. */
function orderProblems(acts: readonly Act[], position: number): string[] {
  const act = acts[position]
  const consumer = acts.slice(0, position).find((earlier) => consumes.includes(earlier.act))
  if (act === undefined || consumer === undefined) return []
  if (!needsFrame.includes(act.act) && act.act !== 'crash') return []
  return [`${act.act}() comes after ${consumer.act}(), which leaves no frame: swap or drop one`]
}
