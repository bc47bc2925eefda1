/**
 * Whether the checker's time grows linearly: the cost per message of ledger, verdict and all
 * anomalies at 1,000, 10,000 and 100,000 messages. A tenth of the sends is rejected after an
 * unanswered attempt, some messages stand twice, and each is handled with one effect.
 */
import { findAnomalies, ledger, verdict } from '../../lib/src/checker/index'
import type { Run } from '../../lib/src/history/run'
import { HistoryBuilder } from '../support/history-builder'
import { spread, type BenchResult } from './result'

const sizes = [1_000, 10_000, 100_000] as const
const runs = 5

function recorded(messages: number): Run {
  const history = new HistoryBuilder()
  const log: string[] = []
  for (let i = 0; i < messages; i += 1) {
    const value = `order-${i}`
    const send = history.send([value])
    history.produce([value], { answer: i % 10 === 0 ? 'none' : undefined })
    if (i % 10 === 0) send.reject()
    else send.ok()
    log.push(value)
    if (i % 100 === 0) log.push(value)
    history.charge(value, { offset: log.length - 1 })
  }
  return history.log(log).committed(log.length).build()
}

/** Processor microseconds per message; a fresh copy each time, since derivations are kept. */
function cost(run: Run, messages: number): number {
  const repeats = Math.max(1, 20_000 / messages)
  let elapsed = 0
  for (let i = 0; i < repeats; i += 1) {
    const fresh = { ...run, history: [...run.history] }
    const start = process.cpuUsage()
    ledger(fresh)
    verdict(fresh)
    findAnomalies(fresh)
    const { user, system } = process.cpuUsage(start)
    elapsed += user + system
  }
  return elapsed / (messages * repeats)
}

export async function run(): Promise<BenchResult[]> {
  const recordings = sizes.map(recorded)
  const costs = Array.from({ length: runs + 1 }, () =>
    sizes.map((messages, i) => cost(recordings[i]!, messages)),
  ).slice(1)
  return [1, 2].map((larger) => ({
    name: `checker, cost per message at ${sizes[larger]} against ${sizes[larger - 1]} messages`,
    goal: 'about 1 (linear)',
    ratio: spread(costs.map((one) => one[larger]! / one[larger - 1]!)),
    runs,
    microsecondsPerMessage: Number(spread(costs.map((one) => one[larger]!)).median.toFixed(2)),
  }))
}
