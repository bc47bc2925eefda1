/**
 * Sinks: the places where processing a message shows. Each effect kind is one, each topic that
 * holds records made from messages of another topic is one, and a consumer group whose apps have
 * neither is one by itself: there the handler's successful return is all there is to count.
 */
import { causeOf, causeOfRecord, messageKey } from '../history/messages'
import { operationsNamed } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { logRecords } from './log-records'

export interface Sink {
  /**
   * The effect's kind, the topic or the group. An effect kind or a group that is called like
   * another sink has ` (effect)` or ` (handler)` behind it.
   */
  name: string
  kind: 'effect' | 'topic' | 'handler'
  /** Apps that write into it. */
  apps: string[]
  /** Topics that these apps consume. */
  upstream: string[]
  /** How often it processed a message. */
  count(topic: string, value: string | null): number
}

/** What the polls and handlers say about who consumes what. */
interface Consumption {
  topicsByApp: Map<string, Set<string>>
  appsByGroup: Map<string, Set<string>>
  topicsByGroup: Map<string, Set<string>>
  /** App and message of every handler entry. */
  consumed: Set<string>
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, new Set([value]))
  else known.add(value)
}

const consumption: (run: Run) => Consumption = remember((run) => {
  const found: Consumption = {
    topicsByApp: new Map(),
    appsByGroup: new Map(),
    topicsByGroup: new Map(),
    consumed: new Set(),
  }
  function reads(app: string, group: string, topic: string): void {
    addTo(found.appsByGroup, group, app)
    addTo(found.topicsByApp, app, topic)
    addTo(found.topicsByGroup, group, topic)
  }
  for (const { app, value } of operationsNamed(run.history, 'poll')) {
    reads(app, value.group, value.topic)
  }
  for (const {
    app,
    value: { group, messages },
  } of operationsNamed(run.history, 'handle')) {
    for (const { topic, value } of messages) {
      reads(app, group, topic)
      found.consumed.add(`${app}/${messageKey(topic, value)}`)
    }
  }
  return found
})

/** The groups that some app of a sink belongs to. */
export function groupsOf(run: Run, sink: Sink): string[] {
  return [...consumption(run).appsByGroup]
    .filter(([, apps]) => sink.apps.some((app) => apps.has(app)))
    .map(([group]) => group)
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

interface Draft {
  kind: Sink['kind']
  apps: Set<string>
  upstream: Set<string>
  counts: Map<string, number>
}

/** Counts by cause: an effect or a record names the value it was made from, not the topic. */
function causeKey(value: string | null): string {
  return messageKey('', value)
}

function draft(drafts: Map<string, Draft>, name: string, kind: Sink['kind']): Draft {
  const known = drafts.get(name)
  if (known !== undefined) return known
  const fresh: Draft = { kind, apps: new Set(), upstream: new Set(), counts: new Map() }
  drafts.set(name, fresh)
  return fresh
}

/**
 * Effects that took place, which is when they are recorded as ok, unless the outside world knew
 * their key; a crash at their point comes after that. A kind that was only reached is a sink too:
 * that nothing was processed is the finding then. A kind that no app of the run ever reached leaves
 * no trace and is no sink.
 */
function effectSinks(run: Run): Map<string, Draft> {
  const { topicsByApp } = consumption(run)
  const drafts = new Map<string, Draft>()
  for (const { app, outcome, value } of operationsNamed(run.history, 'effect')) {
    const topics = topicsByApp.get(app)
    if (topics === undefined) continue
    const sink = draft(drafts, value.kind, 'effect')
    sink.apps.add(app)
    for (const topic of topics) sink.upstream.add(topic)
    if (outcome !== 'ok' || value.recognised === true) continue
    increment(sink.counts, causeKey(value.cause ?? value.id))
  }
  return drafts
}

/**
 * Topics into which a consuming app sent something made from what it consumed. Counted are records
 * that a read_committed reader gets or will get, whoever wrote them.
 */
function topicSinks(run: Run): Map<string, Draft> {
  const { topicsByApp, consumed } = consumption(run)
  const drafts = new Map<string, Draft>()
  for (const {
    app,
    value: { messages },
  } of operationsNamed(run.history, 'send')) {
    for (const upstream of topicsByApp.get(app) ?? []) {
      for (const message of messages) {
        if (message.topic === upstream) continue
        if (!consumed.has(`${app}/${messageKey(upstream, causeOf(message))}`)) continue
        const sink = draft(drafts, message.topic, 'topic')
        sink.apps.add(app)
        sink.upstream.add(upstream)
      }
    }
  }
  for (const { topic, state, record } of logRecords(run)) {
    const sink = drafts.get(topic)
    if (sink === undefined || state === 'aborted' || state === 'open') continue
    increment(sink.counts, causeKey(causeOfRecord(record)))
  }
  return drafts
}

/** Groups none of whose apps write into another sink: successful returns of the handler. */
function handlerSinks(run: Run, busy: ReadonlySet<string>): Map<string, Draft> {
  const { appsByGroup, topicsByGroup } = consumption(run)
  const drafts = new Map<string, Draft>()
  for (const [group, apps] of appsByGroup) {
    if ([...apps].some((app) => busy.has(app))) continue
    const sink = draft(drafts, group, 'handler')
    for (const app of apps) sink.apps.add(app)
    for (const topic of topicsByGroup.get(group) ?? []) sink.upstream.add(topic)
  }
  for (const { outcome, value } of operationsNamed(run.history, 'handle')) {
    const sink = drafts.get(value.group)
    if (sink === undefined || outcome !== 'ok') continue
    for (const { topic, value: message } of value.messages) {
      increment(sink.counts, messageKey(topic, message))
    }
  }
  return drafts
}

function finish(name: string, { kind, apps, upstream, counts }: Draft): Sink {
  return {
    name,
    kind,
    apps: [...apps],
    upstream: [...upstream],
    count: (topic, value) =>
      counts.get(kind === 'handler' ? messageKey(topic, value) : causeKey(value)) ?? 0,
  }
}

/**
 * The sinks of a run: topics, then effects, then groups, each in the order of the plan's apps: that
 * of appearance depends on who was quicker.
 */
export const sinks: (run: Run) => readonly Sink[] = remember((run) => {
  const topics = topicSinks(run)
  const effects = effectSinks(run)
  const busy = new Set([...topics.values(), ...effects.values()].flatMap(({ apps }) => [...apps]))
  const planned = Object.keys(run.plan.apps)
  const rank = ({ apps }: Draft) => Math.min(...[...apps].map((app) => planned.indexOf(app)))
  const found: Sink[] = []
  for (const drafts of [topics, effects, handlerSinks(run, busy)]) {
    for (const [name, one] of [...drafts].sort(([, a], [, b]) => rank(a) - rank(b))) {
      const taken = found.some((sink) => sink.name === name)
      found.push(finish(taken ? `${name} (${one.kind})` : name, one))
    }
  }
  return found
})
