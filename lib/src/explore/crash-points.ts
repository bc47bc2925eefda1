/**
 * Crashes an app at every place of its run, one run per place: before a broker has what it sends,
 * and after it was applied and before the app hears of it. What shows in none of the runs may still
 * show with two crashes, another seed or another order of messages: the result carries its scope.
 */
import { ledger, outcomeOf, sinks, survivalOf } from '../checker'
import type { CrashPoint, CrashPoints } from '../checker'
import { crash, on, pointLabel } from '../faults'
import type { Plan } from '../history/plan'
import type { Run } from '../history/run'
import { embeddedLab } from '../lab'
import type { Experiment } from '../lab'
import { PlanError, RunError } from '../lab/errors'
import { planOf } from '../lab/plan'
import { described } from './described'
import { placesOf, struckBy, type Place } from './places'
import { inSeries, orNoVerdict, type SeriesOptions } from './series'

/**
 * Runs the experiment without a crash, then once for every place at which `app` can crash, with a
 * crash there and a restart. What the run without a crash left in the topics is what should arrive
 * in the others, unless the experiment says so itself in `intended`; the experiment's own faults
 * need not happen any more after the crash. Always on the embedded cluster, where a plan and a seed
 * repeat a run.
 * @throws {PlanError} for an experiment or an app that cannot be
 * @throws {RunError} when there is no place to crash the app at, and when interrupted
 */
export async function crashPoints(
  experiment: Experiment,
  app: string,
  options: SeriesOptions = {},
): Promise<CrashPoints> {
  const lab = embeddedLab()
  const { plan, bodies } = planOf(experiment)
  const apps = Object.keys(bodies)
  if (!apps.includes(app)) {
    const known = `it is one of ${apps.join(', ')}`
    throw new PlanError([`crashPoints: there is no app ${described(app)}: ${known}`])
  }
  const uncrashed = await lab.run(plan, { bodies })
  const places = placesOf(uncrashed, app)
  if (places.length === 0) {
    throw new RunError(
      `crashPoints: ${app} sent nothing, heard nothing and did nothing in the run without a ` +
        `crash: there is no place to crash it at`,
    )
  }
  const base = crashable(uncrashed, app)
  const expected = sinks(uncrashed)
  const points = await inSeries(
    `crash points of ${app}`,
    places,
    async (place): Promise<CrashPoint> => {
      const { at: _, ...point } = place
      const crashing = { ...base, faults: [...base.faults, on(place.point, crash())] }
      const ended = await orNoVerdict(lab.run(crashing, { bodies }))
      if ('error' in ended) return { ...point, plan: crashing, error: ended.error }
      const run = ended.result
      requireSamePlace(run, place)
      const stages = outcomeOf(run, expected)
      return { ...point, plan: crashing, stages, ended: run.apps[app]!.ended }
    },
    options,
  )
  const stages = outcomeOf(uncrashed)
  return {
    app,
    setting: settingOf(base, app),
    scope: `${settingOf(base, app)}: ${triedAt(places)}`,
    uncrashed: stages,
    points,
    survival: survivalOf(stages, points),
  }
}

/** The plan with a restart for one crash more, to which the crash is still to be added. */
function crashable(run: Run, app: string): Plan {
  const { plan } = run
  const settings = plan.apps[app]!
  const { restart } = settings
  const times = (restart ? (restart.times ?? 1) : 0) + 1
  const intended: Record<string, string[]> = {}
  for (const { topic, value, copies } of ledger(run)) {
    if (copies === 0 || value === null || plan.topics[topic] === undefined) continue
    intended[topic] = [...(intended[topic] ?? []), value]
  }
  return {
    ...plan,
    apps: { ...plan.apps, [app]: { ...settings, restart: { ...restart, times } } },
    intended: { ...intended, ...plan.intended },
    faults: plan.faults.map((fault) => ({ ...fault, optional: true as const })),
  }
}

/** The crash must have come where the run without it had this place, or the runs do not repeat. */
function requireSamePlace({ history, plan }: Run, place: Place): void {
  const rule = plan.faults.length - 1
  const act = history.find((event) => event.type === 'act' && event.rule === rule)
  const struck = act?.type === 'act' ? struckBy(history, act) : undefined
  if (struck === place.at) return
  throw new Error(
    `the crash at ${pointLabel(place.point)} came at ${struck}, not at ${place.at}: ` +
      `the run did not repeat itself up to there`,
  )
}

function settingOf(plan: Plan, app: string): string {
  const { afterMs = 0 } = plan.apps[app]!.restart ?? {}
  return (
    `one crash of ${app} per run, restarted after ${afterMs} ms, embedded cluster, ` +
    `seed ${plan.seed}`
  )
}

function triedAt(places: readonly Place[]): string {
  const number = (wanted: (place: Place) => boolean) => places.filter(wanted).length
  const kinds = [
    `${number(({ side }) => side === 'before')} requests before the broker has them`,
    `${number(({ point }) => point.at === 'response')} answers before the app hears them`,
    `${number(({ point }) => point.at === 'effect')} effects`,
    `${number(({ point }) => point.at === 'stored')} store writes`,
  ]
  return `${kinds.join(', ')}; aside: Heartbeat, Metadata, Fetch requests, empty Fetch answers`
}
