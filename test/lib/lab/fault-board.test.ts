/** The fault board on its own: the order of acts, acts on brokers, and what ends a run. */
import assert from 'node:assert/strict'
import {
  coordinatorOf,
  crash,
  effect,
  followersOf,
  kill,
  loseDisk,
  moveLeader,
  on,
  pause,
  restart,
  sleep,
} from '../../../lib/src/faults'
import type { Fault } from '../../../lib/src/history/plan'
import { FaultBoard } from '../../../lib/src/lab/fault-board'
import { Recorder } from '../../../lib/src/lab/recorder'

const shop = { app: 'shop', attempt: 1 }

class Bench {
  readonly done: string[] = []
  readonly errors: string[] = []
  readonly recorder = new Recorder()
  readonly board: FaultBoard
  running: number | undefined = 1

  constructor(...faults: Fault[]) {
    this.board = new FaultBoard(faults, this.recorder, {
      isRunning: (app, attempt) => app === 'shop' && (attempt ?? this.running) === this.running,
      crash: (app) => void this.done.push(`crash ${app}`),
      failed: (error) => void this.errors.push((error as Error).message),
      actOnBroker: async (act, broker) => void this.done.push(`${act} ${broker}`),
      cutOff: (app, broker) => void this.done.push(`cutOff ${app} ${broker}`),
      moveLeader: async ({ topic, broker }) => void this.done.push(`move ${topic} to ${broker}`),
      resolveBrokers: async (ref) => {
        if (ref === 'all') return [1, 2, 3]
        return 'coordinatorOf' in Object(ref) ? [2] : []
      },
    })
  }

  acts(): string[] {
    return this.recorder.events.flatMap((event) =>
      event.type === 'act' ? [`${event.act} ${event.broker ?? event.app}`] : [],
    )
  }
}

describe('acts', () => {
  it('run in order, each when the one before is done, and are recorded', async () => {
    const acts = [kill(1), sleep(5), restart(1), pause('all'), kill(coordinatorOf({ group: 'g' }))]
    const { board, done, ...bench } = new Bench(on(effect('charge'), ...acts, crash()))
    await board.effectHappens('charge', 'a', shop)
    const brokers = ['kill 1', 'restart 1', 'pause 1', 'pause 2', 'pause 3', 'kill 2']
    assert.deepEqual(done, [...brokers, 'crash shop'])
    const states = bench.recorder.events.flatMap((event) =>
      event.type === 'broker' ? [event.state] : [],
    )
    assert.deepEqual(states, ['killed', 'restarted', 'paused', 'paused', 'paused', 'killed'])
  })

  it('move a leader without touching a broker, and take a disk with its broker', async () => {
    const faults = on(effect('charge'), moveLeader('orders', 2), loseDisk(1))
    const { board, done, recorder } = new Bench(faults)
    await board.effectHappens('charge', 'a', shop)
    assert.deepEqual(done, ['move orders to 2', 'loseDisk 1'])
    const told = recorder.events.flatMap((event) => {
      return event.type === 'act' || event.type === 'broker' ? [event] : []
    })
    assert.deepEqual(
      told.map((event) => [event.type === 'act' ? event.act : event.state, event.broker]),
      [
        ['moveLeader', 2],
        ['loseDisk', 1],
        ['lost its disk', 1],
      ],
    )
  })

  it('of two faults at one point run in the order of the plan', async () => {
    const bench = new Bench(on(effect('charge'), kill(2)), on(effect('charge'), kill(1)))
    await bench.board.effectHappens('charge', 'a', shop)
    assert.deepEqual(bench.acts(), ['kill 2', 'kill 1'])
  })

  it('before the first that waits happen before the next line of the app', () => {
    const bench = new Bench(on(effect('charge'), crash()))
    void bench.board.effectHappens('charge', 'a', shop)
    assert.deepEqual(bench.done, ['crash shop'])
  })

  it('on no broker at all end the run', async () => {
    const bench = new Bench(on(effect('charge'), pause(followersOf('orders'))))
    await bench.board.effectHappens('charge', 'a', shop)
    assert.match(bench.errors.join(), /pause\(\) found no broker for .*followersOf/)
  })

  it('do not strike a later attempt than the one at the point', async () => {
    const bench = new Bench(on(effect('charge'), sleep(1), crash()))
    const passing = bench.board.effectHappens('charge', 'a', shop)
    bench.running = 2
    await passing
    assert.deepEqual(bench.done, [])
    assert.match(bench.errors.join(), /crash\('shop'\) came when shop was not running/)
  })

  it('that are optional may come too late', async () => {
    const bench = new Bench({ ...on(effect('charge'), crash()), optional: true })
    bench.running = undefined
    await bench.board.effectHappens('charge', 'a', shop)
    assert.deepEqual(bench.errors, [])
  })

  it('stop when the board is closed', async () => {
    const bench = new Bench(on(effect('charge'), sleep(5), kill(1)))
    const passing = bench.board.effectHappens('charge', 'a', shop)
    const settled = bench.board.settled()
    await settled
    await passing
    assert.deepEqual(bench.done, ['kill 1'])
    bench.board.close()
    await bench.board.effectHappens('charge', 'b', shop)
    assert.deepEqual(bench.done, ['kill 1'])
  })
})
