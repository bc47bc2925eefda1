/** What an experiment becomes, and which ones are refused, before any broker is asked. */
import assert from 'node:assert/strict'
import { disconnect, on, request } from '../../../lib/src/faults'
import { PlanError } from '../../../lib/src/lab'
import type { Experiment } from '../../../lib/src/lab'
import { checkPlan, planOf, sourceHash } from '../../../lib/src/lab/plan'

const body = async (): Promise<void> => undefined
const local = { brokers: [1, 2, 3], brokerActs: 'real' } as const
const own = { brokers: [1, 2, 3], brokerActs: 'refused' } as const

function check(given: object, cluster: Parameters<typeof checkPlan>[2] = local): void {
  const { plan, bodies } = planOf({ topics: { orders: {} }, apps: { shop: body }, ...given })
  checkPlan(plan, bodies, cluster)
}

function shop(settings: object): object {
  return { apps: { shop: { body, ...settings } } }
}

const refused: [string, object, RegExp][] = [
  ['an unknown setting', { topic: {} }, /the experiment has no 'topic': it takes topics, apps/],
  ['no app', { apps: {} }, /has no app: give apps/],
  ['an app without a body', { apps: { shop: {} } }, /app 'shop' has no body: give it an async/],
  ['an unknown setting of an app', shop({ start: 1 }), /app 'shop' has no 'start': it takes body/],
  ['an unknown setting of a topic', { topics: { t: { parts: 1 } } }, /topic 't' has no 'parts'/],
  ['a name Kafka refuses', { topics: { 'a b': {} } }, /topic 'a b' is not a name Kafka takes/],
  ['a name of Kafka’s own', { topics: { __x: {} } }, /topic '__x' is not a name/],
  ['no partition', { topics: { t: { partitions: 0 } } }, /partitions: 0 is not a number from 1/],
  [
    'more replicas than brokers',
    { topics: { t: { replicationFactor: 4 } } },
    /replicationFactor: 4 is not a number from 1 to 3/,
  ],
  [
    'a record for a partition that is not',
    { topics: { t: { records: [{ value: 'a', partition: 1 }] } } },
    /record "a" is for partition 1: the topic has 0 to 0/,
  ],
  [
    'two records with one value',
    { topics: { t: { records: ['a', { value: 'a' }] } } },
    /topic 't': records holds the value "a" twice: .* give each a value of its own/,
  ],
  ['a value intended twice', { intended: { orders: ['a', 'a'] } }, /intended.orders holds .*twice/],
  ['intended for no topic', { intended: { x: ['a'] } }, /no topic 'x': it is one of orders/],
  ['faults that are no list', { faults: on(request('Produce')) }, /faults is no list of faults/],
  ['a fault that is none', { faults: [disconnect()] }, /no list of faults: give faults: \[on/],
  ['a seed that is none', { seed: 'x' }, /seed: x is not a whole number/],
  ['no time', { timeLimitMs: 0 }, /timeLimitMs: 0 is not a duration: give milliseconds above 0/],
  ['a restart that is no table', shop({ restart: true }), /restart: true is no table: give/],
  ['a restart before the crash', shop({ restart: { afterMs: -1 } }), /restart.afterMs: -1 is not/],
  [
    'a restart on something else',
    shop({ restart: { on: 'a whim' as never } }),
    /restart.on: 'a whim' is not one of crash, crash or error/,
  ],
  ['an unknown setting of restart', shop({ restart: { after: 1 } }), /restart has no 'after'/],
  ['a startAt of no API', shop({ startAt: request('X') }), /app 'shop': there is no API 'X'/],
  ['addresses for kafkajs', shop({ client: { brokers: [] } }), /client has no 'brokers': it takes/],
  [
    'a function among kafkajs’s settings',
    shop({ client: { retry: { restartOnFailure: () => true } } }),
    /app 'shop'.client.retry.restartOnFailure is a function, which JSON cannot hold/,
  ],
  ['a function among the parameters', shop({ params: { f: body } }), /params.f is a function/],
  ['a Date among the parameters', shop({ params: [new Date(0)] }), /params\[0\] is a Date/],
  ['a NaN in a topic', { topics: { t: { config: { 'x.ms': NaN } } } }, /config.x.ms is NaN/],
]

describe('an experiment is refused:', () => {
  for (const [name, given, problem] of refused) {
    it(name, () => {
      assert.throws(
        () => check(given),
        (error: Error) => {
          assert.ok(error instanceof PlanError)
          assert.match(error.message, problem)
          return true
        },
      )
    })
  }

  it('with all its problems at once', () => {
    const given = { intended: { x: [] }, topics: { 'a b': { partitions: 0 } } }
    assert.throws(
      () => check(given),
      (error: PlanError) => error.message.split('\n- ').length === 4,
    )
  })

  it('when it changes the settings of brokers that are not the lab’s', () => {
    const cluster = { 'log.retention.ms': 1 }
    assert.doesNotThrow(() => check({ cluster }))
    assert.throws(() => check({ cluster }, own), /broker settings, which is refused on a cluster/)
  })
})

describe('a plan', () => {
  const experiment: Experiment = {
    topics: { orders: { records: ['a'] } },
    apps: {
      shop: { body, params: { count: 2 }, client: { retry: { retries: 0 } }, restart: {} },
      billing: async () => undefined,
    },
    faults: [on(request('Produce'), disconnect())],
  }

  it('names each body and hashes its source', () => {
    const { plan, bodies } = planOf(experiment)
    assert.equal(plan.apps['shop']?.body, 'body')
    assert.equal(plan.apps['billing']?.body, 'billing')
    assert.equal(plan.apps['shop']?.bodyHash, sourceHash(body))
    assert.equal(bodies['shop'], body)
  })

  it('has the defaults filled in and survives JSON', () => {
    const { plan } = planOf(experiment)
    assert.equal(plan.seed, 1)
    assert.equal(plan.timeLimitMs, 30_000)
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan)
  })

  it('shares no point between two faults, so that each counts for itself', () => {
    const point = request('Produce', { nth: 1 })
    const faults = [on(point, disconnect()), on(point, disconnect())]
    const { plan } = planOf({ ...experiment, faults })
    assert.notEqual(plan.faults[0]?.point, plan.faults[1]?.point)
  })

  it('is refused when an app has no body to run', () => {
    const { plan } = planOf(experiment)
    assert.throws(() => checkPlan(plan, { shop: body }, local), /app 'billing': has no body/)
  })
})
