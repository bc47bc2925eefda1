import assert from 'node:assert/strict'
import { variationsOf, type Vary } from '../../../lib/src/explore/vary'
import { disconnect, on, response } from '../../../lib/src/faults'
import type { AppSettings, Experiment } from '../../../lib/src/lab'

const body = async () => undefined
const faults = [on(response('Produce'), disconnect())]
const experiment: Experiment = {
  topics: { orders: { partitions: 2, config: { 'min.insync.replicas': 2 } } },
  apps: { shop: { body, params: { acks: -1, idempotent: true } }, idle: body },
}

const settings = (varied: Experiment, app: string) => varied.apps[app] as AppSettings

describe('variations', () => {
  it('are the product of all dimensions, the last one fastest', () => {
    const vary = { acks: { one: {}, all: {} }, fault: { none: {}, lost: { faults } } }
    assert.deepEqual(
      variationsOf(experiment, vary).map(({ label, chosen }) => [label, chosen.fault]),
      [
        ['acks one, fault none', 'none'],
        ['acks one, fault lost', 'lost'],
        ['acks all, fault none', 'none'],
        ['acks all, fault lost', 'lost'],
      ],
    )
  })

  it('change what an alternative sets and leave the rest, also of a table', () => {
    const change = {
      apps: { shop: { params: { acks: 1 } }, idle: { client: { requestTimeout: 5 } } },
      topics: { orders: { config: { 'retention.ms': 1 } } },
    }
    const [varied] = variationsOf(experiment, { acks: { one: change } })
    const made = varied!.experiment
    assert.deepEqual(settings(made, 'shop'), { body, params: { acks: 1, idempotent: true } })
    assert.deepEqual(settings(made, 'idle'), { body, client: { requestTimeout: 5 } })
    const config = { 'min.insync.replicas': 2, 'retention.ms': 1 }
    assert.deepEqual(made.topics['orders'], { partitions: 2, config })
    assert.deepEqual(experiment.topics['orders']!.config, { 'min.insync.replicas': 2 })
  })

  it('may be functions of what the dimensions before them made', () => {
    const add = (given: Experiment) => ({ ...given, faults: [...(given.faults ?? []), ...faults] })
    const vary = { first: { lost: { faults } }, second: { more: add } }
    assert.equal(variationsOf(experiment, vary)[0]?.experiment.faults?.length, 2)
  })

  it('are one, the experiment itself, when nothing varies', () => {
    assert.deepEqual(variationsOf(experiment, {}), [{ chosen: {}, label: '', experiment }])
  })

  const refused: [string, unknown, RegExp][] = [
    ['a vary that is no table', 3, /sweep: vary is 3: give \{ dimension/],
    ['a dimension without alternatives', { a: {} }, /vary\.a is an empty object: give it alternat/],
    ['an alternative that is nothing', { a: { b: 7 } }, /vary\.a\.b is 7: give part of an experim/],
    ['a seed', { a: { b: { seed: 2 } } }, /vary\.a\.b cannot set 'seed': the seeds are given in/],
    ['an unknown member', { a: { b: { fault: [] } } }, /vary\.a\.b cannot set 'fault': it takes/],
    ['two dimensions that undo each other', { a: { x: { faults } }, b: { y: { faults } } }, /both/],
    [
      'the same of an app in two dimensions',
      {
        a: { x: { apps: { shop: { params: { acks: 1 } } } } },
        b: { y: { apps: { shop: { params: { acks: 0 } } } } },
      },
      /vary\.a and vary\.b both set apps\.shop\.params\.acks: put them into one dimension/,
    ],
    [
      'a function that gives nothing',
      { a: { b: () => undefined } },
      /a b: the function gave undef/,
    ],
  ]
  for (const [what, vary, message] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(() => variationsOf(experiment, vary as Vary), { name: 'PlanError', message })
    })
  }
})
