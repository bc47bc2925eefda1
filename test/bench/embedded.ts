/**
 * The notebooks' experiments on the embedded cluster against the same on the local one, warm: each
 * notebook's cells run in one process per cluster, six times on the embedded one, whose first three
 * do not count, for until then much of kafkajs and of the cluster is not compiled. The experiments
 * fall into two kinds by the virtual time they take: in some nothing waits, in others a timeout or a
 * failover is waited for, which costs real brokers real time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { notebooksIn } from '../../setup/notebooks/notebook'
import { recordNotebooks } from '../../setup/recordings/record'
import { readTook } from '../../setup/recordings/took'
import type { Took } from '../../setup/recordings/took'
import { spread, type BenchResult } from './result'

const warmUp = 3
const rounds = 3
/** An experiment that takes longer than this in virtual time has waited for something. */
const waitingMs = 1000
const notebooks = notebooksIn(path.resolve(__dirname, '../../notebooks'))

interface Measured {
  place: string
  kind: 'nothing waits' | 'something is waited for'
  embeddedMs: number
  ratio: number
}

export async function run(): Promise<BenchResult[]> {
  const measured: Measured[] = []
  for (const notebook of notebooks) {
    const passes = Array.from({ length: warmUp + rounds }, () => notebook)
    measured.push(
      ...compared(await timesOf(passes, 'embedded'), await timesOf([notebook], 'local')),
    )
  }
  return [
    resultOf(measured, 'nothing waits', 20),
    resultOf(measured, 'something is waited for', 200),
  ]
}

async function timesOf(passes: string[], cluster: 'embedded' | 'local'): Promise<Took[]> {
  const folder = mkdtempSync(path.join(tmpdir(), `kafka-lab-bench-${cluster}-`))
  try {
    await recordNotebooks(passes, cluster, folder)
    return readTook(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function compared(embedded: Took[], local: Took[]): Measured[] {
  return local.map(({ place, ms }) => {
    const own = embedded.filter((each) => each.place === place)
    const warm = own.slice(-rounds)
    const embeddedMs = spread(warm.map((each) => each.ms)).median
    const waits = warm[0]!.virtualMs > waitingMs
    return {
      place,
      kind: waits ? 'something is waited for' : 'nothing waits',
      embeddedMs,
      ratio: ms / embeddedMs,
    }
  })
}

function resultOf(measured: Measured[], kind: Measured['kind'], goal: number): BenchResult {
  const own = measured.filter((each) => each.kind === kind)
  const slowest = own.reduce((a, b) => (b.embeddedMs > a.embeddedMs ? b : a))
  return {
    name: `embedded: local / embedded, ${kind}`,
    goal: `median at least ${goal}`,
    ratio: spread(own.map(({ ratio }) => ratio)),
    runs: rounds,
    experiments: own.length,
    embeddedMs: spread(own.map(({ embeddedMs }) => embeddedMs)),
    slowestEmbedded: slowest.place,
  }
}
