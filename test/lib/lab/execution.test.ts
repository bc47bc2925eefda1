/** How apps start, end, crash and come again, against a broker in this process. */
import assert from 'node:assert/strict'
import {
  at,
  crash,
  disconnect,
  effect,
  on,
  request,
  response,
  stored,
} from '../../../lib/src/faults'
import type { App, AppBody } from '../../../lib/src/lab'
import { StubBroker } from '../../support/stub-broker'
import { quick, runOnStub, sender } from '../../support/stub-run'

const forever = (): Promise<void> => new Promise(() => undefined)

describe('a run', () => {
  let broker: StubBroker
  beforeEach(async () => void (broker = await StubBroker.start()))
  afterEach(() => broker.stop())

  const run = (
    shop: Parameters<typeof runOnStub>[1]['apps'][string],
    more: Partial<Parameters<typeof runOnStub>[1]> = {},
  ) => runOnStub(broker, { apps: { shop, ...more.apps }, ...without(more, 'apps') })

  it('goes past its limit: the error says which app waits for what', async () => {
    broker.takeOver = ({ request: frame }) => frame.api.name === 'Produce'
    const shop = { body: sender(['a']), client: { requestTimeout: 20_000 } }
    const apps = { other: { body: forever, startAt: effect('never') } }
    const { error } = await run(shop, { timeLimitMs: 200, apps })
    assert.equal(error?.name, 'TimeLimitError')
    const said = String(error)
    assert.match(said, /past its limit of 200 ms: shop \(attempt 1\) waits for producer-1.send/)
    assert.match(said, /\(orders: a\) for 0\.\d s/)
    assert.match(said, /other waits for its startAt, effect\('never'\)/)
  })

  it('leaves no connection to the broker behind, whatever ended it', async () => {
    const shop = { body: sender(['a']), client: quick }
    const unfired = on(request('Produce', { nth: 9 }), disconnect())
    await run(shop)
    await run(shop, { faults: [unfired] })
    await run(
      {
        body: async (app: App) => {
          await app.kafka.producer().connect()
          await forever()
        },
      },
      { timeLimitMs: 100 },
    )
    const before = broker.ended.length
    assert.ok(before > 0)
    const left = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap')
    assert.deepEqual(left, [])
  })

  it('fails when a fault never fired, and names it', async () => {
    const { error } = await run(sender(['a']), { faults: [on(response('EndTxn'), disconnect())] })
    assert.match(String(error), /RunError: nothing passed the point of faults\[0\], on\(response\(/)
    assert.match(String(error), /proves nothing/)
  })

  it('does not ask for a fault that is optional', async () => {
    const faults = [{ ...on(response('EndTxn'), disconnect()), optional: true as const }]
    assert.equal((await run(sender(['a']), { faults })).error, undefined)
  })

  it('fails when an app is to crash that does not run', async () => {
    const { error } = await run(sender(['a']), { faults: [on(at(0), crash('shop'))] })
    const late = await run(async () => undefined, {
      faults: [on(at(30), crash('shop'))],
      apps: { other: async () => new Promise((resolve) => setTimeout(resolve, 60)) },
    })
    assert.equal(error, undefined)
    assert.match(String(late.error), /crash\('shop'\) came when shop was not running/)
  })

  it('whose startAt nothing passed fails and names the point', async () => {
    const late = { body: sender(['b']), startAt: request('Produce', { value: 'z' }) }
    const { error } = await run(sender(['a']), { apps: { late } })
    assert.match(String(error), /never started, .*: late \(request\('Produce', \{ value: "z" \}/)
  })

  it('whose startAt another late app should have passed fails too', async () => {
    const second = { body: sender(['b']), startAt: request('Produce', { value: 'a' }) }
    const third = { body: sender(['c']), startAt: request('Produce', { value: 'z' }) }
    const { error } = await run(sender(['a']), { apps: { second, third } })
    assert.match(String(error), /never started, .*: third/)
    assert.deepEqual(broker.values, ['a', 'b'])
  })

  it('starts an app at the point where another one crashed', async () => {
    const point = response('Produce', { nth: 1 })
    const second = { body: sender(['b']), startAt: point }
    const faults = [on(point, crash())]
    const { error, apps } = await run(sender(['a', 'x']), { faults, apps: { second } })
    assert.equal(error, undefined)
    assert.equal(apps['shop']?.ended, 'crashed')
    assert.deepEqual(broker.values, ['a', 'b'])
  })

  it('restarts a crashed app with what it had stored, as often as it may', async () => {
    const body: AppBody = async ({ store, attempt, effect: act }) => {
      const seen = store.get<number[]>('seen') ?? []
      await store.set('seen', [...seen, attempt])
      await act('tried', String(attempt))
    }
    const faults = [on(effect('tried'), crash())]
    const { apps, history } = await run({ body, restart: { times: 2 } }, { faults })
    assert.deepEqual(apps['shop']?.attempts, 3)
    assert.equal(apps['shop']?.ended, 'crashed')
    const written = history.flatMap((event) =>
      'operation' in event && event.operation === 'store' && event.type === 'ok'
        ? [event.value.value]
        : [],
    )
    assert.deepEqual(written, [[1], [1, 2], [1, 2, 3]])
  })

  it('tells an app of an error when the answer to an effect is lost, which has happened', async () => {
    const told: string[] = []
    const body: AppBody = async ({ effect: act }) => {
      await act('charge', 'a').catch(({ name, message }: Error) => told.push(`${name}: ${message}`))
      await act('charge', 'b')
    }
    const faults = [on(effect('charge', { nth: 1 }), disconnect())]
    const { apps, history } = await run(body, { faults })
    assert.equal(apps['shop']?.ended, 'done')
    assert.deepEqual(told, [
      'AnswerLostError: charge a: the connection broke before the answer came',
    ])
    const charges = history.flatMap((event) =>
      'operation' in event && event.operation === 'effect' && event.type === 'ok'
        ? [event.value.id]
        : [],
    )
    assert.deepEqual(charges, ['a', 'b'])
  })

  it('restarts an app that ended with an error only where the plan says so', async () => {
    const body: AppBody = async ({ attempt }) => {
      if (attempt === 1) throw new RangeError('too far')
    }
    const { apps } = await run({ body, restart: {} }, {})
    assert.deepEqual(
      [apps['shop']?.attempts, apps['shop']?.ended],
      [1, { name: 'RangeError', message: 'too far' }],
    )
    const { apps: again } = await run({ body, restart: { on: 'crash or error' } }, {})
    assert.deepEqual([again['shop']?.attempts, again['shop']?.ended], [2, 'done'])
  })

  it('lets a crash at a store write keep what was written', async () => {
    let found: unknown
    const body: AppBody = async ({ store, attempt }) => {
      if (attempt === 2) found = store.get('next')
      else await store.set('next', 1)
    }
    const faults = [on(stored('next', { nth: 1 }), crash())]
    await run({ body, restart: {} }, { faults })
    assert.equal(found, 1)
  })

  it('keeps what a dead app would still write out of the store', async () => {
    let found: unknown
    const body: AppBody = async ({ store, attempt, effect: act }) => {
      if (attempt === 2) return void (found = store.get('next'))
      setTimeout(() => void store.set('next', 'from the dead'), 10)
      await store.set('next', 1)
      await act('charge', 'a')
    }
    const faults = [on(effect('charge'), crash())]
    await run({ body, restart: { afterMs: 40 } }, { faults })
    assert.equal(found, 1)
  })

  it('shows how an app ended: done, crashed, or its error', async () => {
    const failing: AppBody = async () => {
      throw new RangeError('too far')
    }
    const { apps, error } = await run(failing, { apps: { other: async () => undefined } })
    assert.equal(error, undefined)
    assert.deepEqual(apps['shop']?.ended, { name: 'RangeError', message: 'too far' })
    assert.equal(apps['other']?.ended, 'done')
  })

  it('gives a rejection nobody handles to the app it belongs to', async () => {
    const careless: AppBody = async ({ kafka }) => {
      const producer = kafka.producer()
      await producer.connect()
      // A send that nobody awaits and that kafkajs refuses at once: it has no messages.
      void producer.send({ topic: 'orders', messages: undefined as never })
      await forever()
    }
    const apps = { other: { body: careless, client: quick } }
    const { apps: ended } = await run(sender(['b']), { apps, timeLimitMs: 5000 })
    assert.equal(ended['shop']?.ended, 'done')
    assert.equal((ended['other']?.ended as { name: string }).name, 'KafkaJSNonRetriableError')
  })

  it('ends with its bodies, also when they disconnect nothing', async () => {
    const { apps, error, history } = await run(async ({ kafka }) => {
      const producer = kafka.producer()
      await producer.connect()
      await producer.send({ topic: 'orders', messages: [{ value: 'a' }] })
    })
    assert.equal(error, undefined)
    assert.equal(apps['shop']?.ended, 'done')
    const last = history.filter((event) => event.type === 'connection').at(-1)
    assert.equal(last?.type === 'connection' && last.state, 'closed')
  })

  it('settles no call of an app that is dead', async () => {
    const went: string[] = []
    const body: AppBody = async ({ effect: act, store, kafka }) => {
      const later = new Promise((resolve) => setTimeout(resolve, 30))
      void later.then(() => act('after', 'x')).then(() => went.push('effect'))
      void later.then(() => store.set('k', 1)).then(() => went.push('store'))
      void later.then(() => kafka.producer()).catch(() => went.push('threw'))
      await act('charge', 'a')
      went.push('went on')
    }
    const wait: AppBody = async () => new Promise((resolve) => setTimeout(resolve, 80))
    const faults = [on(effect('charge'), crash())]
    const { history } = await run(body, { faults, apps: { wait } })
    assert.deepEqual(went, ['threw'])
    const effects = history.filter((event) => 'operation' in event && event.operation === 'effect')
    assert.equal(effects.length, 2)
  })

  it('ends when its notebook’s cell is interrupted', async () => {
    const kernel = (): void => undefined
    process.on('SIGINT', kernel)
    try {
      const running = run(async () => forever())
      setTimeout(() => process.emit('SIGINT'), 20)
      assert.match(String((await running).error), /the run was interrupted/)
      assert.deepEqual(process.listeners('SIGINT'), [kernel])
    } finally {
      process.removeListener('SIGINT', kernel)
    }
  })
})

function without<Given extends object>(given: Given, key: keyof Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name !== key)) as Given
}
