/**
 * The course's facts on the embedded cluster against the same on the local one, warm. They fall
 * into two kinds by the virtual time they take: in some nothing waits, in others a timeout or a
 * failover is waited for, which costs real brokers real time.
 */
import type { Run } from '../../lib/src/history/run'
import type { Lab } from '../../lib/src/lab'
import { factNames, loadFact } from '../facts/fact'
import { built } from './built'
import { spread, type BenchResult } from './result'

const { openLab } = built<typeof import('../../lib/src/lab')>('lab')

const rounds = 3
/** A fact whose runs take longer than this in virtual time has waited for something. */
const waitingMs = 1000

interface Measured {
  name: string
  kind: 'nothing waits' | 'something is waited for'
  embeddedMs: number
  ratio: number
}

export async function run(): Promise<BenchResult[]> {
  const embedded = await openOn('embedded')
  const local = await openOn('local')
  const measured: Measured[] = []
  try {
    for (const name of factNames()) measured.push(await measure(name, embedded, local))
  } finally {
    await embedded.close()
    await local.close()
  }
  return [
    resultOf(measured, 'nothing waits', 20),
    resultOf(measured, 'something is waited for', 200),
  ]
}

async function openOn(cluster: string): Promise<Lab> {
  process.env['KAFKA_LAB'] = cluster
  return openLab()
}

async function measure(name: string, embedded: Lab, local: Lab): Promise<Measured> {
  const fact = loadFact(name)
  let virtualMs = 0
  const watched = async (...given: Parameters<Lab['run']>): Promise<Run> => {
    const result = await embedded.run(...given)
    virtualMs += result.history.at(-1)?.timeMs ?? 0
    return result
  }
  await fact.run({ run: watched as Lab['run'], close: () => embedded.close() })
  const embeddedMs: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const own = await timeOf(() => fact.run(embedded))
    ratios.push((await timeOf(() => fact.run(local))) / own)
    embeddedMs.push(own)
  }
  return {
    name,
    kind: virtualMs > waitingMs ? 'something is waited for' : 'nothing waits',
    embeddedMs: spread(embeddedMs).median,
    ratio: spread(ratios).median,
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

function resultOf(measured: Measured[], kind: Measured['kind'], goal: number): BenchResult {
  const own = measured.filter((each) => each.kind === kind)
  const slowest = own.reduce((a, b) => (b.embeddedMs > a.embeddedMs ? b : a))
  return {
    name: `embedded: local / embedded, ${kind}`,
    goal: `median at least ${goal}`,
    ratio: spread(own.map(({ ratio }) => ratio)),
    runs: rounds,
    facts: own.length,
    embeddedMs: spread(own.map(({ embeddedMs }) => embeddedMs)),
    slowestEmbedded: slowest.name,
  }
}
