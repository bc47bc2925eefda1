/**
 * A consumer of the shop under the crashes of a grader: crashed at every place of its run, once or
 * on top of other faults. Judged by how often each order was processed, over all attempts.
 */
import { ledger, pointName, stageName } from '../../checker'
import type { CrashPoint } from '../../checker'
import { crashPoints } from '../../explore/crash-points'
import type { Run } from '../../history/run'
import type { Experiment } from '../../lab'
import { endOf } from './exercise'

export interface Wanted {
  /** The effect that each order shall have had once. */
  kind: string
  /** How a witness says it: `charged`. */
  done: string
}

const silent = { step: () => undefined, done: () => undefined }

/** The first order that was not processed once, in a sentence; undefined when each was. */
export function notOnce(run: Run, { kind, done }: Wanted, app: string): string | undefined {
  const orders = ledger(run).filter(({ topic }) => topic === 'orders')
  const wrong = orders.find(({ processed }) => processed[kind] !== 1)
  return wrong && `${often(wrong.value, wrong.processed[kind] ?? 0, done)}${endOf(run, app)}`
}

/** Runs the experiment once per crash point of the app; the first witness, with its point. */
export async function notOnceUnderCrashes(
  experiment: Experiment,
  app: string,
  wanted: Wanted,
): Promise<string | undefined> {
  const { points } = await crashPoints(experiment, app, { progress: silent })
  for (const point of points) {
    const problem = problemAt(point, wanted)
    if (problem !== undefined) return problem
  }
  return undefined
}

function problemAt(point: CrashPoint, { kind, done }: Wanted): string | undefined {
  const where = `with a crash at ${pointName(point)}`
  if (point.stages === undefined) return `${where}, the run came to no end: ${point.error}`
  const wanted = stageName({ stage: 'processing', name: kind })
  const stage = point.stages.find((one) => stageName(one) === wanted)
  const wrong = stage?.messages.find(({ cell }) => cell !== 'once')
  return wrong && `${where}, ${often(wrong.value, wrong.count, done)}`
}

function often(value: string | null, count: number, done: string): string {
  return count === 0 ? `${value} was never ${done}` : `${value} was ${done} ${count} times`
}
