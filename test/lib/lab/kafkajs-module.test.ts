/** kafkajs with its world injected: what is handed in is really what it uses. */
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { AppTimers, attemptSeed, appWorld, seededRandom } from '../../../lib/src/lab/app-world'
import { kafkajsVersion, loadKafkajs } from '../../../lib/src/lab/kafkajs-module'
import type { KafkaJs, World } from '../../../lib/src/lab/kafkajs-module'

function worldOf(changes: Partial<World> = {}): World {
  return { ...appWorld(new AppTimers(), seededRandom(1)), ...changes }
}

/** A kafkajs client whose every connection attempt fails at once. */
function unreachable(kafkajs: KafkaJs, connected: () => void) {
  const socketFactory = () => {
    const socket = Object.assign(new EventEmitter(), { end() {}, unref() {}, setKeepAlive() {} })
    connected()
    queueMicrotask(() => socket.emit('error', new Error('refused')))
    return socket as unknown as Socket
  }
  const logLevel = kafkajs.logLevel.NOTHING
  const retry = { initialRetryTime: 1, retries: 1 }
  return new kafkajs.Kafka({ brokers: ['b:1'], socketFactory, logLevel, retry })
}

describe('kafkajs in a world of its own', () => {
  it('is the version the lab was made for', () => assert.equal(kafkajsVersion, '2.2.4'))

  it('shares nothing with another instance', () => {
    const [one, other] = [loadKafkajs(worldOf()), loadKafkajs(worldOf())]
    assert.notEqual(one.Kafka, other.Kafka)
    assert.notEqual(one.KafkaJSError, other.KafkaJSError)
    assert.ok(!(new one.KafkaJSError('x') instanceof other.KafkaJSError))
    assert.deepEqual(Object.keys(one), Object.keys(other))
  })

  it('waits by the injected timers and draws from the injected Math', async () => {
    const used: string[] = []
    const math = Object.create(Math) as typeof Math
    math.random = () => (used.push('random'), 0.5)
    const kafkajs = loadKafkajs(
      worldOf({
        Math: math,
        setTimeout: (run: () => void, ms: number) => (used.push('timer'), setTimeout(run, ms && 1)),
      }),
    )
    await assert.rejects(
      unreachable(kafkajs, () => undefined)
        .producer()
        .connect(),
      /refused/,
    )
    assert.ok(used.includes('timer'), 'no timer was set')
    assert.ok(used.includes('random'), 'no number was drawn')
  })

  it('tells the time by the injected Date', () => {
    const now = 1234567890000
    const date = Object.assign(
      function () {
        return new Date(now)
      },
      { now: () => now },
    )
    const lines: string[] = []
    const kafkajs = loadKafkajs(worldOf({ Date: date }))
    const kafka = new kafkajs.Kafka({
      brokers: ['b:1'],
      logLevel: kafkajs.logLevel.INFO,
      logCreator:
        () =>
        ({ log }) =>
          void lines.push(log.timestamp),
    })
    kafka.logger().info('x')
    assert.deepEqual(lines, [new Date(now).toISOString()])
  })

  it('reads the injected process', () => {
    const kafkajs = loadKafkajs(
      worldOf({
        process: { env: { KAFKAJS_LOG_LEVEL: 'ERROR' }, hrtime: process.hrtime },
      }),
    )
    const lines: string[] = []
    const logCreator =
      () =>
      ({ log }: { log: { message: string } }) =>
        void lines.push(log.message)
    const { INFO } = kafkajs.logLevel
    const kafka = new kafkajs.Kafka({ brokers: ['b:1'], logLevel: INFO, logCreator })
    kafka.logger().info('not at this level')
    kafka.logger().error('seen')
    assert.deepEqual(lines, ['seen'])
  })

  it('does nothing more once its timers are frozen', async () => {
    const timers = new AppTimers()
    const kafkajs = loadKafkajs(appWorld(timers, seededRandom(1)))
    let attempts = 0
    let first!: () => void
    const connected = new Promise<void>((resolve) => (first = resolve))
    const connecting = unreachable(kafkajs, () => {
      attempts++
      first()
    })
      .producer()
      .connect()
    connecting.catch(() => assert.fail('the frozen producer went on'))
    await connected
    timers.freeze()
    // It would retry after a millisecond: a later timer of ours is the witness that it did not.
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.equal(attempts, 1)
  })
})

describe('an app’s timers', () => {
  it('pass values on, repeat, and can be cleared', async () => {
    const timers = new AppTimers()
    const heard: unknown[] = []
    await new Promise<void>((resolve) => {
      const cleared = timers.setTimeout(() => heard.push('cleared'), 1)
      timers.clear(cleared)
      const repeated = timers.setInterval(() => {
        heard.push('again')
        if (heard.filter((each) => each === 'again').length < 2) return
        timers.clear(repeated)
        resolve()
      }, 1)
      timers.setTimeout((value) => heard.push(value), -5, 'first')
    })
    assert.deepEqual([...heard].sort(), ['again', 'again', 'first'])
  })

  it('set after the freeze never run', async () => {
    const timers = new AppTimers()
    timers.freeze()
    timers.setTimeout(() => assert.fail('ran'), 1)
    timers.setInterval(() => assert.fail('ran'), 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
})

describe('seeded randomness', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))

  it('depends on the seed alone and lies in [0, 1)', () => {
    assert.deepEqual(draw(7), draw(7))
    assert.notDeepEqual(draw(7), draw(8))
    for (const value of draw(7)) assert.ok(value >= 0 && value < 1)
  })

  it('differs between apps and between attempts', () => {
    const seeds = [
      ['shop', 1],
      ['shop', 2],
      ['billing', 1],
    ] as const
    const drawn = seeds.map(([app, attempt]) => attemptSeed(1, app, attempt))
    assert.equal(new Set(drawn).size, 3)
    assert.equal(attemptSeed(1, 'shop', 1), drawn[0])
  })

  it('is what kafkajs’s crypto module gives', () => {
    const bytes = () => {
      const { modules } = appWorld(new AppTimers(), seededRandom(3))
      return (modules['crypto'] as typeof import('node:crypto')).randomBytes(8).toString('hex')
    }
    assert.equal(bytes(), bytes())
  })
})
