/**
 * Variations of an experiment: the cartesian product of named alternatives. An alternative is what
 * it changes (tables are merged, everything else is replaced) or a function of the experiment that
 * the dimensions before it have made.
 */
import type { TopicPlan } from '../history/plan'
import type { AppBody, AppSettings, Experiment } from '../lab'
import { PlanError } from '../lab/errors'
import { described } from './described'

/** The part of an experiment that an alternative sets; the seed is the sweep's own. */
export interface Change extends Partial<Omit<Experiment, 'topics' | 'apps' | 'seed'>> {
  topics?: Record<string, Partial<TopicPlan>>
  apps?: Record<string, AppBody | Partial<AppSettings>>
}

export type Alternative = Change | ((experiment: Experiment) => Experiment)

/** Alternatives by dimension and name: `{ acks: { '1': { apps: … }, all: { apps: … } } }`. */
export type Vary = Record<string, Record<string, Alternative>>

export interface VariedExperiment {
  chosen: Record<string, string>
  /** `acks 1, leader dies`, or empty when nothing varies. */
  label: string
  experiment: Experiment
}

const changeKeys = ['topics', 'apps', 'intended', 'cluster', 'faults', 'timeLimitMs']

/** In the order given, the last dimension fastest. */
export function variationsOf(experiment: Experiment, vary: Vary): VariedExperiment[] {
  const problems = varyProblems(vary)
  if (problems.length > 0) throw new PlanError(problems.map((problem) => `sweep: ${problem}`))
  let variations: VariedExperiment[] = [{ chosen: {}, label: '', experiment }]
  for (const [dimension, alternatives] of Object.entries(vary)) {
    variations = variations.flatMap((sofar) =>
      Object.entries(alternatives).map(([name, alternative]) => {
        const label = [sofar.label, `${dimension} ${name}`].filter((text) => text !== '').join(', ')
        return {
          chosen: { ...sofar.chosen, [dimension]: name },
          label,
          experiment: changed(sofar.experiment, alternative, label),
        }
      }),
    )
  }
  return variations
}

function changed(experiment: Experiment, alternative: Alternative, label: string): Experiment {
  if (typeof alternative !== 'function') return merged(experiment, alternative)
  const made: unknown = alternative(experiment)
  if (isTable(made)) return made as unknown as Experiment
  throw new PlanError([
    `sweep, ${label}: the function gave ${described(made)}: let it return an experiment`,
  ])
}

function merged(experiment: Experiment, change: Change): Experiment {
  const { topics, apps, intended, cluster, ...replaced } = change
  const made: Experiment = { ...experiment, ...replaced }
  made.topics = { ...experiment.topics }
  for (const [name, topic] of Object.entries(topics ?? {})) {
    const config = { ...made.topics[name]?.config, ...topic.config }
    made.topics[name] = { ...made.topics[name], ...topic, config }
  }
  made.apps = { ...experiment.apps }
  for (const [name, app] of Object.entries(apps ?? {})) {
    made.apps[name] = mergedApp(made.apps[name], app)
  }
  if (intended) made.intended = { ...experiment.intended, ...intended }
  if (cluster) made.cluster = { ...experiment.cluster, ...cluster }
  return made
}

function mergedApp(
  app: AppBody | AppSettings | undefined,
  change: AppBody | Partial<AppSettings>,
): AppSettings {
  const settings = typeof app === 'function' ? { body: app } : app
  const set = typeof change === 'function' ? { body: change } : change
  const made = { ...settings, ...set } as AppSettings
  const params = settings?.params
  if (isTable(params) && isTable(set.params)) made.params = { ...params, ...set.params }
  if (set.client) made.client = { ...settings?.client, ...set.client }
  return made
}

function varyProblems(vary: Vary): string[] {
  if (!isTable(vary)) return [`vary is ${described(vary)}: give { dimension: { alternative: … } }`]
  const problems = Object.entries(vary).flatMap(([dimension, alternatives]) => {
    const label = `vary.${dimension}`
    if (!isTable(alternatives) || Object.keys(alternatives).length === 0) {
      const what = described(alternatives)
      return [`${label} is ${what}: give it alternatives by name, such as { none: {}, … }`]
    }
    return Object.entries(alternatives).flatMap(([name, alternative]) =>
      alternativeProblems(`${label}.${name}`, alternative),
    )
  })
  return problems.length > 0 ? problems : conflicts(vary)
}

function alternativeProblems(label: string, alternative: unknown): string[] {
  if (typeof alternative === 'function') return []
  if (!isTable(alternative)) {
    return [
      `${label} is ${described(alternative)}: give part of an experiment, or a function of it`,
    ]
  }
  return Object.keys(alternative)
    .filter((key) => !changeKeys.includes(key))
    .map((key) => {
      const hint =
        key === 'seed' ? 'the seeds are given in seeds' : `it takes ${changeKeys.join(', ')}`
      return `${label} cannot set '${key}': ${hint}`
    })
}

/** Two dimensions that set the same thing: the later one would silently undo the earlier. */
function conflicts(vary: Vary): string[] {
  const setBy = new Map<string, string>()
  const problems = new Set<string>()
  for (const [dimension, alternatives] of Object.entries(vary)) {
    for (const path of Object.values(alternatives).flatMap((each) => pathsOf(each))) {
      const other = setBy.get(path) ?? dimension
      setBy.set(path, other)
      if (other === dimension) continue
      problems.add(
        `vary.${other} and vary.${dimension} both set ${path}: ` +
          `put them into one dimension, or write functions that add to it`,
      )
    }
  }
  return [...problems]
}

/** `faults`, `apps.shop.params.acks`: what a change sets. */
function pathsOf(change: Alternative): string[] {
  if (typeof change === 'function') return []
  const walk = (value: unknown, path: string, depth: number): string[] => {
    const name = path.slice(path.lastIndexOf('.') + 1)
    if (!isTable(value) || depth > 4 || name === 'startAt') return [path]
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, `${path}.${key}`, depth + 1))
  }
  return Object.entries(change).flatMap(([key, value]) => walk(value, key, 1))
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
