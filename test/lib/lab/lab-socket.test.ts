/**
 * kafkajs through the fault layer against a broker in this process: every act, both directions, and
 * what is recorded of it. The broker's list of values is what "reached the broker" means here.
 */
import assert from 'node:assert/strict'
import {
  at,
  crash,
  delay,
  disconnect,
  drop,
  duplicate,
  holdUntil,
  on,
  request,
  resendAt,
  response,
  sleep,
} from '../../../lib/src/faults'
import { frames } from '../../../lib/src/history/frames'
import type { App, Experiment } from '../../../lib/src/lab'
import { StubBroker } from '../../support/stub-broker'
import { pipeliner, quick, runOnStub, sender } from '../../support/stub-run'
import type { StubRun } from '../../support/stub-run'

const first = { nth: 1 }
/** The first request after the warming one. */
const second = request('Produce', { nth: 2 })

describe('the fault layer', () => {
  let broker: StubBroker
  beforeEach(async () => void (broker = await StubBroker.start()))
  afterEach(() => broker.stop())

  async function run(
    body: Experiment['apps'][string],
    ...faults: NonNullable<Experiment['faults']>
  ): Promise<StubRun> {
    const app = typeof body === 'function' ? { body } : body
    const shop = { client: quick, ...app }
    const done = await runOnStub(broker, { apps: { shop }, faults })
    const undecided = frames(done.history).filter(({ fate }) => fate === 'in flight')
    assert.deepEqual(undecided, [], 'a frame has no fate')
    return done
  }

  /** Of each Produce frame that was not the lab's own: direction and fate. */
  const fates = ({ produced }: StubRun) =>
    produced.filter(({ copy }) => !copy).map(({ direction, fate }) => `${direction} ${fate}`)
  /** Values in the order in which they left the app: kafkajs may reorder what it is given. */
  const left = ({ produced }: StubRun) =>
    produced
      .filter(({ direction, copy }) => direction === 'request' && !copy)
      .map(({ fields }) => fields.partitions?.[0]?.values?.[0])
  const copies = ({ history }: StubRun) =>
    frames(history)
      .filter(({ copy }) => copy)
      .map(({ copy, api, direction, fate }) => `${copy} ${api} ${direction} ${fate}`)

  it('ends the run of an app that puts one value twice into a send, and says why', async () => {
    const { error, produced } = await run(async ({ kafka }: App) => {
      const producer = kafka.producer()
      await producer.connect()
      await producer.send({ topic: 'orders', messages: [{ value: 'a' }, { value: 'a' }] })
    })
    assert.match(error?.message ?? '', /holds the value "a" for 'orders' twice/)
    assert.deepEqual(produced, [])
  })

  describe('without a fault', () => {
    for (const chunks of ['whole', 'bytes', 'pairs'] as const) {
      it(`understands answers that come in chunks: ${chunks}`, async () => {
        const body = pipeliner(['a', 'b', 'c', 'd'])
        broker.chunks = chunks === 'pairs' ? 'whole' : chunks
        broker.takeOver = () => {
          if (broker.values.length === 1) broker.chunks = chunks
          return false
        }
        const done = await run(chunks === 'pairs' ? pipeliner(['a', 'b', 'c']) : body)
        assert.equal(done.error, undefined)
        assert.equal(done.apps['shop']?.ended, 'done')
        assert.equal(broker.values[0], 'warm')
      })
    }

    it('records each frame once, with its answer', async () => {
      const done = await run(sender(['a', 'b']))
      const both = ['request delivered', 'response delivered']
      assert.deepEqual(fates(done), [...both, ...both])
      assert.deepEqual(done.produced[1]?.fields.partitions, [
        { topic: 'orders', partition: 0, baseOffset: 0 },
      ])
      assert.deepEqual(copies(done), [])
    })
  })

  describe('drop()', () => {
    it('of a request keeps it from the broker; kafkajs sends it again', async () => {
      const done = await run(sender(['a']), on(request('Produce', first), drop()))
      assert.deepEqual(broker.values, ['a'])
      assert.deepEqual(fates(done), ['request dropped', 'request delivered', 'response delivered'])
    })

    it('of a response leaves the value twice, on one connection', async () => {
      const done = await run(sender(['a']), on(response('Produce', first), drop()))
      assert.deepEqual(broker.values, ['a', 'a'])
      assert.equal(new Set(done.produced.map(({ connection }) => connection)).size, 1)
    })
  })

  describe('delay()', () => {
    it('of a request holds up those behind it: nothing overtakes', async () => {
      const done = await run(pipeliner(['a', 'b', 'c']), on(second, delay(40)))
      assert.equal(broker.values.length, 4)
      assert.deepEqual(broker.values, left(done))
    })

    it('of a response holds up those behind it', async () => {
      const point = response('Produce', { nth: 2 })
      const done = await run(pipeliner(['a', 'b', 'c']), on(point, delay(40)))
      const answers = done.produced.filter(({ direction }) => direction === 'response')
      const offsets = [...answers]
        .sort((one, other) => one.met!.index - other.met!.index)
        .map(({ fields }) => fields.partitions?.[0]?.baseOffset)
      assert.deepEqual(offsets, [0, 1, 2, 3])
      const [, a, b] = answers
      assert.ok(a!.met!.timeMs - a!.timeMs >= 39)
      assert.ok(b!.met!.index > a!.met!.index)
    })

    it('of a Produce with acks=0 outlives the app, which has ended by then', async () => {
      const done = await run(sender(['a'], 0), on(request('Produce', first), delay(40)))
      assert.deepEqual(broker.values, ['a'])
      assert.equal(done.apps['shop']?.ended, 'done')
      const ended = done.history.find((event) => event.type === 'app' && event.state === 'ended')
      assert.ok(done.produced[0]!.met!.index > ended!.index)
    })
  })

  describe('disconnect()', () => {
    it('at a request loses it; kafkajs connects again', async () => {
      const done = await run(sender(['a']), on(request('Produce', first), disconnect()))
      assert.deepEqual(broker.values, ['a'])
      assert.equal(done.apps['shop']?.ended, 'done')
      assert.equal(fates(done)[0], 'request disconnected')
    })

    it('at a response loses the acknowledgement: the value stands twice', async () => {
      const done = await run(sender(['a']), on(response('Produce', first), disconnect()))
      assert.deepEqual(broker.values, ['a', 'a'])
      assert.equal(new Set(done.produced.map(({ connection }) => connection)).size, 2)
      const closed = done.history.filter(
        (event) => event.type === 'connection' && event.by === 'fault',
      )
      assert.equal(closed.length, 1)
    })

    it('takes what waits behind along', async () => {
      const done = await run(pipeliner(['a', 'b']), on(second, delay(20), disconnect()))
      assert.equal(done.apps['shop']?.ended, 'done')
      const lost = done.produced.filter(({ fate }) => fate === 'disconnected')
      assert.equal(lost.length, 2)
      assert.deepEqual([...broker.values].sort(), ['a', 'b', 'warm'])
    })
  })

  describe('duplicate()', () => {
    it('brings the request twice; the second answer goes to nobody', async () => {
      const done = await run(sender(['a']), on(request('Produce', first), duplicate()))
      assert.deepEqual(broker.values, ['a', 'a'])
      assert.equal(done.apps['shop']?.ended, 'done')
      assert.deepEqual(copies(done), [
        'duplicate Produce request delivered',
        'duplicate Produce response dropped',
      ])
    })

    it('puts the copy right behind the original, before what waits', async () => {
      const done = await run(pipeliner(['a', 'b']), on(second, duplicate(), delay(30)))
      const [warm, one, other] = left(done)
      assert.deepEqual(broker.values, [warm, one, one, other])
    })

    it('is not counted by nth', async () => {
      const lost = on(response('Produce', { nth: 2 }), disconnect())
      await run(sender(['a', 'b']), on(request('Produce', first), duplicate()), lost)
      assert.deepEqual(broker.values, ['a', 'a', 'b', 'b'])
    })
  })

  describe('holdUntil()', () => {
    it('lets go at its point, and what was behind follows', async () => {
      const done = await run(pipeliner(['a', 'b']), on(second, holdUntil(at(60))))
      assert.equal(broker.values.length, 3)
      assert.deepEqual(broker.values, left(done))
    })

    it('lets a retry let go the request it repeats', async () => {
      const held = on(request('Produce', first), holdUntil(request('Produce', { nth: 2 })))
      const done = await run(sender(['a']), held)
      assert.equal(done.error, undefined)
      assert.deepEqual(broker.values, ['a', 'a'])
    })

    it('whose point never comes fails the run and names it', async () => {
      const never = response('Produce', { value: 'z' })
      const done = await run(sender(['a']), on(request('Produce', { nth: 1 }), holdUntil(never)))
      assert.match(String(done.error), /nothing passed .*response\('Produce', \{ value: "z" \}\)/)
    })
  })

  describe('resendAt()', () => {
    it('sends a copy on a connection of its own, whose answer goes to nobody', async () => {
      const again = resendAt(request('Produce', { value: 'b' }))
      const done = await run(sender(['a', 'b']), on(request('Produce', { value: 'a' }), again))
      assert.deepEqual([...broker.values].sort(), ['a', 'a', 'b'])
      assert.deepEqual(copies(done), [
        'resend Produce request delivered',
        'resend Produce response dropped',
      ])
      const resent = done.produced.find(({ copy }) => copy === 'resend')
      const others = done.produced.filter(({ copy }) => !copy)
      assert.ok(others.every(({ connection }) => connection !== resent?.connection))
    })

    it('outlives the app that had sent the original', async () => {
      const copy = on(request('Produce', first), resendAt(response('Produce', { nth: 2 })))
      await run(sender(['a', 'b']), copy, on(response('Produce', { nth: 2 }), crash()))
      assert.deepEqual(broker.values, ['a', 'b', 'a'])
    })
  })

  describe('crash()', () => {
    it('at a request: the broker never sees it', async () => {
      const done = await run(sender(['a']), on(request('Produce', first), crash()))
      assert.deepEqual(broker.values, [])
      assert.equal(done.apps['shop']?.ended, 'crashed')
      assert.deepEqual(fates(done), ['request crashed'])
    })

    it('at a response: the broker has it and the app never hears', async () => {
      const done = await run(sender(['a']), on(response('Produce', first), crash()))
      assert.deepEqual(broker.values, ['a'])
      assert.deepEqual(fates(done), ['request delivered', 'response crashed'])
      const send = done.history.filter(
        (event) => 'operation' in event && event.operation === 'send',
      )
      assert.deepEqual(
        send.map(({ type }) => type),
        ['invoke'],
      )
    })

    it('lets nothing of the app go on', async () => {
      const fault = on(response('Produce', first), crash(), sleep(300))
      const done = await run(sender(['a', 'b']), fault)
      const crashed = done.history.findIndex(
        (event) => event.type === 'app' && event.state === 'crashed',
      )
      const after = done.history.slice(crashed + 1).map(({ type }) => type)
      assert.deepEqual(after, ['fate', 'connection', 'act'])
      assert.deepEqual(broker.values, ['a'])
    })

    it('of another app lets the frame go on', async () => {
      const until = async (): Promise<void> => new Promise(() => undefined)
      const fault = on(request('Produce', first), crash('other'))
      const shop = { body: sender(['a']), client: quick }
      const done = await runOnStub(broker, { apps: { shop, other: until }, faults: [fault] })
      assert.equal(done.error, undefined)
      assert.equal(done.apps['other']?.ended, 'crashed')
      assert.deepEqual(fates(done), ['request delivered', 'response delivered'])
      assert.deepEqual(broker.values, ['a'])
    })
  })

  describe('a Produce with acks=0', () => {
    it('is followed by a barrier that kafkajs never sees', async () => {
      const done = await run(sender(['a', 'b'], 0))
      assert.equal(done.apps['shop']?.ended, 'done')
      assert.deepEqual(broker.values, ['a', 'b'])
      assert.deepEqual(copies(done).sort(), [
        ...Array(2).fill('barrier ApiVersions request delivered'),
        ...Array(2).fill('barrier ApiVersions response dropped'),
      ])
      const logged = done.history.filter((event) => event.type === 'log' && event.level === 'error')
      assert.deepEqual(logged, [])
    })

    it('has its response point when the broker has handled it', async () => {
      const never = async (app: App): Promise<void> => {
        const producer = app.kafka.producer()
        await producer.connect()
        await producer.send({ topic: 'orders', acks: 0, messages: [{ value: 'a' }] })
        await new Promise(() => undefined)
      }
      const done = await run(never, on(response('Produce', { acks: 0, nth: 1 }), crash()))
      assert.equal(done.error, undefined)
      assert.equal(done.apps['shop']?.ended, 'crashed')
      assert.deepEqual(broker.values, ['a'])
    })

    it('keeps the connection open until it was handled', async () => {
      let release!: () => void
      let asked!: () => void
      const barrier = new Promise<void>((resolve) => (asked = resolve))
      broker.takeOver = ({ request: frame, answer, socket }) => {
        if (frame.clientId !== 'kafka-lab') return false
        release = () => void socket.write(answer)
        asked()
        return true
      }
      const running = run(sender(['a'], 0))
      await barrier
      // kafkajs has ended its socket by now or does so before a round trip on another connection.
      await runOnStub(broker, { apps: { other: sender(['z']) } })
      const endedBefore = broker.ended.length
      release()
      const done = await running
      assert.equal(done.apps['shop']?.ended, 'done')
      assert.ok(broker.ended.length > endedBefore, 'the connection had ended before the answer')
      assert.deepEqual(copies(done)[1], 'barrier ApiVersions response dropped')
    })
  })

  describe('bytes it does not understand', () => {
    const answering = (change: (answer: Buffer) => Buffer | undefined) => {
      broker.takeOver = ({ request: frame, answer, socket }) => {
        if (frame.api.name !== 'Produce') return false
        const changed = change(answer)
        if (changed) socket.write(changed)
        else socket.end(answer.subarray(0, 7))
        return true
      }
    }

    it('end the run: a broker that closes in the middle of a frame', async () => {
      answering(() => undefined)
      const done = await run(sender(['a']))
      assert.match(String(done.error), /shop's connection to broker 1: The stream ended inside/)
    })

    it('end the run: an answer to no request', async () => {
      answering((answer) => (answer.writeInt32BE(4242, 4), answer))
      const done = await run(sender(['a']))
      assert.match(String(done.error), /correlation id 4242, which no request has/)
    })

    it('end the run: a length that is none', async () => {
      answering((answer) => (answer.writeInt32BE(-5, 0), answer))
      const done = await run(sender(['a']))
      assert.match(String(done.error), /frame's length of -5 is negative/)
    })

    it('end the run: an answer with bytes left over', async () => {
      answering((answer) => {
        const longer = Buffer.concat([answer, Buffer.from([0])])
        longer.writeInt32BE(answer.length - 3, 0)
        return longer
      })
      const done = await run(sender(['a']))
      assert.match(String(done.error), /Produce response version 7/)
    })
  })
})
