/**
 * One attempt of one app in a process of its own, with the lab's own fault layer inside. Its
 * history goes to a file, each event written before the next thing happens; `crash()` is a true
 * SIGKILL of this process, so whatever the file holds then is all that the app ever did.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Plan } from '../../lib/src/history/plan'
import type { BrokerAddress } from '../../lib/src/clusters/cluster'
import { reality } from '../../lib/src/clusters/reality'
import { startApp } from '../../lib/src/lab/app-start'
import { CaughtUp } from '../../lib/src/lab/caught-up'
import { watchCommits } from '../../lib/src/lab/commit-recorder'
import { FaultBoard } from '../../lib/src/lab/fault-board'
import { Names } from '../../lib/src/lab/names'
import { partitionsOf } from '../../lib/src/lab/plan'
import { Recorder } from '../../lib/src/lab/recorder'
import { bodies } from './crash-bodies'

export interface ChildTask {
  plan: Plan
  brokers: BrokerAddress[]
  prefix: string
  app: string
  attempt: number
  /** Calls, frames and connections of this attempt are numbered from here. */
  firstId: number
  historyFile: string
  storeFile: string
}

function fail(error: unknown): never {
  console.error(error)
  process.exit(1)
}

async function main(task: ChildTask): Promise<void> {
  const { plan, app, attempt, storeFile } = task
  const recorder = new Recorder(task.firstId)
  recorder.subscribe((event) => appendFileSync(task.historyFile, `${JSON.stringify(event)}\n`))
  const board = new FaultBoard(plan.faults, recorder, {
    isRunning: (name) => name === app,
    crash: () => void process.kill(process.pid, 'SIGKILL'),
    failed: fail,
    actOnBroker: () => fail('this process has no power over brokers'),
    cutOff: () => fail('this process has no power over brokers'),
    moveLeader: () => fail('this process has no power over brokers'),
    resolveBrokers: () => fail('this process has no power over brokers'),
  })
  const topics = Object.entries(plan.topics).map(
    ([topic, settings]) => [topic, partitionsOf(settings)] as const,
  )
  const caughtUp = new CaughtUp([app], new Map(topics))
  recorder.subscribe((event) => caughtUp.observe(event))
  watchCommits(recorder)
  const read = (): Record<string, string> =>
    existsSync(storeFile) ? JSON.parse(readFileSync(storeFile, 'utf8')) : {}
  recorder.start()
  board.start()
  const running = startApp(
    {
      plan,
      bodies,
      cluster: { brokers: task.brokers, ...reality },
      recorder,
      board,
      caughtUp,
      names: new Names(task.prefix),
      // Its records are seeds, which were readable before it began.
      allReadable: () => Promise.resolve(),
      doneByKey: new Set(),
      valuesOf: () => ({
        get: (key) => read()[key],
        set: (key, text) => writeFileSync(storeFile, JSON.stringify({ ...read(), [key]: text })),
      }),
      isBrokerUp: () => true,
      enter: reality.time.enter,
      configured: () => undefined,
      failed: fail,
    },
    app,
    attempt,
  )
  await running.ended
  await board.settled()
  await Promise.all([...running.sockets].map((socket) => socket.closed))
}

main(JSON.parse(process.argv[2] as string) as ChildTask).then(() => process.exit(0), fail)
