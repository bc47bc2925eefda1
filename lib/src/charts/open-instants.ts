/**
 * Several ways of doing a thing, each crashed at every point, side by side: what each of them kept
 * at all points, and at which instants it is open to a loss or a repeat. One row per way; the map
 * and the table of a single way are in crash-points.ts.
 */
import { pointName } from '../checker'
import type { CrashPoints, Half, Survival } from '../checker'
import type { Cell, TableChart } from './chart'
import { count, list, plural } from './words'

const refutes = { 'at least once': 'lost', 'at most once': 'repeated' } as const

/**
 * Judges the last stage of each: processing where the app processed, else delivery.
 * `openInstants({ 'commit first': await crashPoints(…), … })`
 * @throws TypeError when something else than what `crashPoints` gave stands in it
 */
export function openInstants(ways: Readonly<Record<string, CrashPoints>>): TableChart {
  const rows = Object.entries(ways).map(([name, result]) => {
    const least = survivalIn(name, result, 'at least once')
    const most = survivalIn(name, result, 'at most once')
    const open = [...least.refutedAt, ...most.refutedAt]
    return { name, result, least, most, open }
  })
  const closed = rows
    .filter(({ least, most }) => least.held === least.of && most.held === most.of)
    .map(({ name }) => name)
  const finding =
    closed.length === 0
      ? `none of ${plural(rows.length, 'way')} survived every crash point with each message once`
      : `each message once at every crash point: ${list(closed, 4)}`
  const left = (title: string) => ({ title, align: 'left' as const })
  const columns = ['way', 'crashed', 'never lost', 'never twice', 'open when it dies at'].map(left)
  return {
    kind: 'table',
    finding,
    columns,
    rows: rows.map(({ name, result, least, most, open }) => [
      { text: name },
      { text: result.app },
      heldText(least),
      heldText(most),
      { text: instantsText(result, open) },
    ]),
    note: 'one crash per run and a restart, at every point, on the embedded cluster',
  }
}

function survivalIn(name: string, result: Partial<CrashPoints>, half: Half): Survival {
  if (!Array.isArray(result.survival) || !Array.isArray(result.points)) {
    throw new TypeError(`openInstants: '${name}' is not what await crashPoints(…) gave`)
  }
  const of = (stage: Survival['stage']) =>
    result.survival!.filter((each) => each.half === half && each.stage === stage)
  const [found] = [...of('processing'), ...of('delivery')]
  if (found === undefined) throw new TypeError(`openInstants: no message ever came to '${name}'`)
  return found
}

function heldText({ half, held, of, refutedAt }: Survival): Cell {
  if (held === of) return { text: `survived ${count(held)} of ${count(of)}`, meaning: 'arrived' }
  const text = `refuted at ${count(refutedAt.length)} of ${count(of)}`
  if (refutedAt.length > 0) return { text, meaning: refutes[half] }
  return { text: `not shown at ${count(of - held)} of ${count(of)}`, meaning: 'late' }
}

/** The first three by name; names have commas of their own. */
function instantsText({ points }: CrashPoints, open: readonly number[]): string {
  const names = open.slice(0, 3).map((point) => pointName(points[point]!))
  const more = open.length > names.length ? [`and ${count(open.length - names.length)} more`] : []
  return [...names, ...more].join('; ') || 'none found'
}
