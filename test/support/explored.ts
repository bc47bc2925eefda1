/**
 * What exploring gives, made by hand: a billing app that charges before it commits, crashed at
 * seven points, and a shop under two settings and eight seeds.
 */
import { survivalOf, sweepOf, type MessageOutcome } from '../../lib/src/checker'
import type { CrashPoint, CrashPoints, StageOutcome, Sweep, SweptRun } from '../../lib/src/checker'
import { effect, request, response, stored } from '../../lib/src/faults'
import type { Plan, Point } from '../../lib/src/history/plan'

const plan: Plan = { topics: {}, apps: {}, faults: [], seed: 1, timeLimitMs: 1000 }

type Cell = MessageOutcome['cell']

const counts: Partial<Record<Cell, number>> = { once: 1, reprocessed: 2, duplicated: 2 }

/** A stage whose messages fared so: order-1, order-2, … */
export function stage(
  name: string,
  guarantee: StageOutcome['guarantee'],
  cells: readonly Cell[],
): StageOutcome {
  const kind = name === 'charge' ? ('processing' as const) : ('delivery' as const)
  const messages = cells.map((cell, i) => {
    return { topic: 'orders', value: `order-${i + 1}`, count: counts[cell] ?? 0, cell }
  })
  const half = { 'at least once': 'at most once', 'at most once': 'at least once' } as const
  const refuted = guarantee in half ? half[guarantee as keyof typeof half] : undefined
  const odd = messages.find(({ cell }) => cell !== 'once')
  const because =
    refuted === undefined ? [] : [`${refuted}: refuted by ${odd?.value} (${odd?.cell})`]
  return { stage: kind, name, guarantee, sentences: [...because, `${guarantee}: seen`], messages }
}

const orders = stage('orders', 'exactly once', ['once', 'once'])
const charged = stage('charge', 'exactly once', ['once', 'once'])
const firstTwice = stage('charge', 'at least once', ['reprocessed', 'once'])
const secondTwice = stage('charge', 'at least once', ['once', 'reprocessed'])

interface Given {
  what: string
  thing: number
  point: Point
  stages?: readonly StageOutcome[]
  error?: string
}

function crashPoint({ point, ...given }: Given): CrashPoint {
  const side = point.at === 'request' ? 'before' : 'after'
  const ended = given.stages && { ended: 'done' as const }
  return { ...given, ...ended, point, side, plan }
}

const commit = (nth: number) => ({
  before: request('OffsetCommit', { app: 'billing', nth }),
  after: response('OffsetCommit', { app: 'billing', nth }),
})

/** Seven points; `without verdict` lets the last run end without one. */
export function crashedBilling(last: 'judged' | 'without verdict' = 'judged'): CrashPoints {
  const good = [orders, charged]
  const charge = (id: string) => effect('charge', { app: 'billing', id, nth: 1 })
  const ending =
    last === 'judged' ? { stages: good } : { error: 'TimeLimitError: went past its limit' }
  const points: Given[] = [
    { what: 'Fetch order-1, order-2', thing: 0, point: response('Fetch'), stages: good },
    ...[
      { what: 'effect charge order-1', thing: 1, point: charge('order-1') },
      { what: 'OffsetCommit orders-0@1', thing: 2, point: commit(1).before },
    ].map((each) => ({ ...each, stages: [orders, firstTwice] })),
    { what: 'OffsetCommit orders-0@1', thing: 2, point: commit(1).after, stages: good },
    ...[
      { what: 'effect charge order-2', thing: 3, point: charge('order-2') },
      { what: 'OffsetCommit orders-0@2', thing: 4, point: commit(2).before },
    ].map((each) => ({ ...each, stages: [orders, secondTwice] })),
    { what: 'OffsetCommit orders-0@2', thing: 4, point: commit(2).after, ...ending },
  ]
  const made = points.map(crashPoint)
  return {
    app: 'billing',
    setting: 'one crash of billing per run, restarted after 0 ms, embedded cluster, seed 1',
    scope: 'one crash of billing per run, restarted after 0 ms, embedded cluster, seed 1',
    uncrashed: good,
    points: made,
    survival: survivalOf(good, made),
  }
}

/** Two points, at neither of which anything was lost or doubled. */
export function crashedWithoutHarm(last: 'judged' | 'without verdict' = 'judged'): CrashPoints {
  const good = [orders, charged]
  const ending = last === 'judged' ? { stages: good } : { error: 'TimeLimitError: its limit' }
  const points = [
    crashPoint({ what: 'EndTxn commit', thing: 0, point: request('EndTxn'), stages: good }),
    crashPoint({ what: 'EndTxn commit', thing: 0, point: response('EndTxn'), ...ending }),
  ]
  const setting = 'one crash of billing per run'
  const survival = survivalOf(good, points)
  return { app: 'billing', setting, scope: setting, uncrashed: good, points, survival }
}

/** Forty messages over a hundred points, of which the last one loses the last message. */
export function crashedWidely(): CrashPoints {
  const cells = Array.from({ length: 40 }, (): Cell => 'once')
  const uncrashed = [stage('charge', 'exactly once', cells)]
  const lossy = [stage('charge', 'at most once', [...cells.slice(1), 'lost'])]
  const points = Array.from({ length: 100 }, (_, thing) =>
    crashPoint({
      what: `Produce number ${thing}`,
      thing,
      point: request('Produce', { nth: thing + 1 }),
      stages: thing === 99 ? lossy : uncrashed,
    }),
  )
  const survival = survivalOf(uncrashed, points)
  const setting = 'one crash of billing per run'
  return { app: 'billing', setting, scope: setting, uncrashed, points, survival }
}

type Policy = 'saved after' | 'saved before' | 'in one write'

/**
 * A job that sends four orders and saves its progress after each send, before it, or with it,
 * crashed at every one of its points.
 */
export function crashedPolicies(): Record<Policy, CrashPoints> {
  return {
    'saved after': crashedJob('saved after'),
    'saved before': crashedJob('saved before'),
    'in one write': crashedJob('in one write'),
  }
}

function crashedJob(policy: Policy): CrashPoints {
  const orders = [1, 2, 3, 4]
  const uncrashed = [stage('orders', 'exactly once', ['once', 'once', 'once', 'once'])]
  const odd = (nth: number, cell: Cell) => {
    const guarantee = cell === 'lost' ? 'at most once' : 'at least once'
    const cells = orders.map((each) => (each === nth ? cell : 'once'))
    return [stage('orders', guarantee, cells)]
  }
  const points = orders.flatMap((nth): CrashPoint[] => {
    const lost = policy === 'saved before' ? odd(nth, 'lost') : uncrashed
    const twice = policy === 'saved after' ? odd(nth, 'duplicated') : uncrashed
    const thing = 2 * nth
    const sent = { what: `Produce order-${nth}`, thing }
    const sends = [
      { ...sent, point: request('Produce', { app: 'job', nth }), stages: lost },
      { ...sent, point: response('Produce', { app: 'job', nth }), stages: twice },
    ].map(crashPoint)
    if (policy === 'in one write') return sends
    const what = nth === 1 ? 'store done' : `store done (${nth})`
    const point = stored('done', { app: 'job', nth })
    const first = policy === 'saved before'
    const saved = crashPoint({ what, thing: first ? thing - 1 : thing + 1, point, stages: lost })
    return first ? [saved, ...sends] : [...sends, saved]
  })
  const setting = 'one crash of job per run, restarted after 0 ms, embedded cluster, seed 1'
  const survival = survivalOf(uncrashed, points)
  return { app: 'job', setting, scope: setting, uncrashed, points, survival }
}

/** Eight seeds: with acks 1 two runs lose order-2 and one ends without a verdict. */
export function sweptShop(): Sweep {
  const lossy = stage('orders', 'at most once', ['once', 'lost'])
  const run = (seed: number): SweptRun => {
    if (seed === 5) return { seed, error: 'RunError: nothing passed the point' }
    return { seed, stages: [seed === 3 || seed === 7 ? lossy : orders, charged] }
  }
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
  const good = seeds.map((seed) => ({ seed, stages: [orders, ...(seed > 1 ? [charged] : [])] }))
  return sweepOf(seeds, [
    { chosen: { acks: '1', fault: 'leader dies' }, plan, runs: seeds.map(run) },
    { chosen: { acks: 'all', fault: 'leader dies' }, plan, runs: good },
  ])
}
