/**
 * The three positions of a consumer as a table: a row per moment, and after each the offset that it
 * has fetched up to, the one its memory holds (resolved) and the one the coordinator holds
 * (committed). A cell stands out where its position moved, and in another colour where it moved
 * back: what lies between comes again.
 */
import { consumerMoments, type ConsumerMoment, type Positions } from '../checker'
import type { Run } from '../history/run'
import type { Cell, TableChart } from './chart'
import { cut, cutNote } from './checker-tables'
import { isRun } from './labelled-runs'
import { list, plural } from './words'

const names = ['fetched', 'resolved', 'committed'] as const

/**
 * @param app needed where more than one app of the run consumes
 * @throws TypeError when given something else than a run; Error when no or several apps consume
 */
export function positions(run: Run, app?: string): TableChart {
  if (!isRun(run)) throw new TypeError('positions: give it a run: positions(await lab.run({ … }))')
  const moments = consumerMoments(run, app ?? onlyConsumer(run))
  const several = new Set(moments.map(placeName)).size > 1
  const rows = moments.map((moment, i): Cell[] => {
    const place = several ? [{ text: placeName(moment) }] : []
    const before = beforeOf(moments, i)
    const cells = names.map((name) => positionCell(name, moment, before))
    return [...place, { text: moment.what }, ...cells]
  })
  const kept = cut(rows, (row) => row.some(({ meaning }) => meaning !== undefined))
  return {
    kind: 'table',
    finding: findingOf(moments),
    columns: [
      ...(several ? [{ title: 'partition', align: 'left' as const }] : []),
      { title: 'what happened', align: 'left' },
      ...names.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: [...kept],
    ...cutNote(rows.length, kept.length, 'moments'),
  }
}

function onlyConsumer(run: Run): string {
  const apps = Object.keys(run.apps).filter((app) => consumerMoments(run, app).length > 0)
  const [only] = apps
  if (only !== undefined && apps.length === 1) return only
  const found = apps.length === 0 ? 'no app of this run consumes' : `${list(apps)} consume`
  throw new Error(`positions: ${found}: name one that does: positions(run, 'billing')`)
}

/** The moment before this one in the same partition. */
function beforeOf(moments: readonly ConsumerMoment[], i: number): ConsumerMoment | undefined {
  const place = placeName(moments[i]!)
  return moments
    .slice(0, i)
    .reverse()
    .find((one) => placeName(one) === place)
}

function placeName({ topic, partition }: ConsumerMoment): string {
  return `${topic}-${partition}`
}

function positionCell(
  name: (typeof names)[number],
  moment: Positions,
  before: Positions | undefined,
): Cell {
  const offset = moment[name]
  const earlier = before?.[name]
  if (offset === undefined) return { text: '–' }
  const text = String(offset)
  if (earlier !== undefined && offset < earlier) return { text, meaning: 'repeated' }
  if (offset === earlier || (earlier === undefined && offset === 0)) return { text }
  return { text, meaning: name === 'committed' ? 'committed' : 'arrived' }
}

/** What nobody expects who only thinks of commits; else where the positions stand at the end. */
function findingOf(moments: readonly ConsumerMoment[]): string {
  const again = moments.filter(
    ({ what, resolved = 0, committed }) => what.endsWith('handed over') && resolved < committed,
  )
  const back = moments.filter((moment, i) => {
    const before = beforeOf(moments, i)
    return before !== undefined && moment.committed < before.committed
  })
  const said = [
    ...again.map(({ what, committed }) => `${what}, though ${committed} was committed`),
    ...back.map(({ committed }) => `the committed offset went back to ${committed}`),
  ]
  if (said.length > 0) return list(said, 4)
  const last = moments[moments.length - 1]
  if (last === undefined) return 'The app took nothing up'
  const ends = names.map((name) => `${name} ${last[name] ?? '–'}`)
  return `At the end of ${plural(moments.length, 'moment')}: ${list(ends)}`
}
