/** Which frames a point means, told on small literal sequences of frames. */
import assert from 'node:assert/strict'
import { PointMatcher, pointLabel } from '../../../lib/src/faults'
import type { FrameAtPoint } from '../../../lib/src/faults'
import { at, effect, request, response, stored } from '../../../lib/src/faults'
import type { Point } from '../../../lib/src/history/plan'

function produce(value: string, place: Partial<FrameAtPoint> = {}): FrameAtPoint {
  const partitions = [{ topic: 'orders', partition: 0, values: [value] }]
  const fields = { acks: -1, partitions }
  return { api: 'Produce', app: 'shop', attempt: 1, broker: 1, fields, ...place }
}

/** How often each of a row of frames passes the point, as 1 and 0. */
function passes(point: Point, frames: FrameAtPoint[]): number[] {
  const matcher = new PointMatcher([point])
  return frames.map((frame) => {
    const hits = matcher.requestLeaves(frame)
    return hits.request.length + hits.response.length
  })
}

describe('a point without nth', () => {
  it('is passed by every frame of its API', () => {
    const heartbeat = { ...produce('a'), api: 'Heartbeat' }
    assert.deepEqual(passes(request('Produce'), [produce('a'), heartbeat, produce('b')]), [1, 0, 1])
  })
})

describe('nth', () => {
  it('counts a retry like any other request', () => {
    const frames = [produce('a'), produce('a'), produce('b')]
    assert.deepEqual(passes(request('Produce', { nth: 2 }), frames), [0, 1, 0])
  })

  it('counts over brokers and attempts', () => {
    const frames = [produce('a'), produce('a', { broker: 2 }), produce('a', { attempt: 2 })]
    assert.deepEqual(passes(request('Produce', { nth: 3 }), frames), [0, 0, 1])
  })

  it('counts only what matches the other fields', () => {
    const frames = [produce('a'), produce('b'), produce('a', { attempt: 2 }), produce('b')]
    assert.deepEqual(passes(request('Produce', { value: 'b', nth: 2 }), frames), [0, 0, 0, 1])
    assert.deepEqual(passes(request('Produce', { attempt: 2, nth: 1 }), frames), [0, 0, 1, 0])
  })

  it('is counted by each point on its own', () => {
    const first = request('Produce', { nth: 1 })
    const sameAgain = request('Produce', { nth: 1 })
    const matcher = new PointMatcher([first, sameAgain])
    assert.deepEqual(matcher.requestLeaves(produce('a')).request, [first, sameAgain])
  })
})

describe('a response', () => {
  it('has the number and the fields of its request', () => {
    const point = response('Produce', { value: 'b', nth: 1 })
    const matcher = new PointMatcher([point])
    assert.deepEqual(matcher.requestLeaves(produce('a')).response, [])
    assert.deepEqual(matcher.requestLeaves(produce('b')).response, [point])
    assert.deepEqual(matcher.requestLeaves(produce('b')).response, [])
  })

  it('is not passed by the request', () => {
    const matcher = new PointMatcher([response('Produce')])
    assert.deepEqual(matcher.requestLeaves(produce('a')).request, [])
  })
})

describe('topic, partition and value', () => {
  it('must hold of one and the same partition', () => {
    const fields = {
      partitions: [
        { topic: 'orders', partition: 0, values: ['a'] },
        { topic: 'orders', partition: 1, values: ['b'] },
        { topic: 'charges', partition: 0, values: ['c'] },
      ],
    }
    const frames = [produce('', { fields })]
    const count = (match: Parameters<typeof request>[1]) =>
      passes(request('Produce', match), frames)[0]
    assert.equal(count({ topic: 'orders', partition: 1, value: 'b' }), 1)
    assert.equal(count({ topic: 'orders', partition: 0, value: 'b' }), 0)
    assert.equal(count({ topic: 'charges', partition: 1 }), 0)
    assert.equal(count({ topic: 'charges', value: 'a' }), 0)
    assert.equal(count({ value: 'c' }), 1)
  })
})

describe('a Fetch by value', () => {
  const point = response('Fetch', { value: 'b', nth: 2 })
  const fetched = (...values: string[]): FrameAtPoint => ({
    ...produce(''),
    api: 'Fetch',
    fields: { partitions: [{ topic: 'orders', partition: 0, values }] },
  })

  it('is found in the response, and counted there', () => {
    const matcher = new PointMatcher([point])
    assert.deepEqual(matcher.requestLeaves(fetched()).response, [])
    assert.deepEqual(matcher.responseArrives(fetched('a', 'b')), [])
    assert.deepEqual(matcher.responseArrives(fetched('a')), [])
    assert.deepEqual(matcher.responseArrives(fetched('b')), [point])
  })

  it('is not looked for in responses of another kind', () => {
    const matcher = new PointMatcher([response('Produce', { value: 'b' })])
    assert.deepEqual(matcher.responseArrives(produce('b')), [])
  })
})

describe('other fields', () => {
  const cases: [string, Parameters<typeof request>[1], Partial<FrameAtPoint>][] = [
    ['app', { app: 'billing' }, { app: 'billing' }],
    ['broker', { broker: 3 }, { broker: 3 }],
    ['group', { group: 'billing' }, { fields: { group: 'billing' } }],
    ['transactionalId', { transactionalId: 't' }, { fields: { transactionalId: 't' } }],
    ['acks', { acks: 0 }, { fields: { acks: 0 } }],
  ]
  for (const [name, match, place] of cases) {
    it(`${name} must be the frame's`, () => {
      const point = request('Produce', match)
      assert.deepEqual(passes(point, [produce('a'), produce('a', place)]), [0, 1])
    })
  }
})

describe('effects and store writes', () => {
  const shop = { app: 'shop', attempt: 1 }

  it('match by kind, id, app and number', () => {
    const point = effect('charge', { id: 'a', app: 'shop', nth: 2 })
    const matcher = new PointMatcher([point])
    assert.deepEqual(matcher.effectHappens('charge', 'a', shop), [])
    assert.deepEqual(matcher.effectHappens('charge', 'b', shop), [])
    assert.deepEqual(matcher.effectHappens('mail', 'a', shop), [])
    assert.deepEqual(matcher.effectHappens('charge', 'a', { app: 'other', attempt: 1 }), [])
    assert.deepEqual(matcher.effectHappens('charge', 'a', shop), [point])
  })

  it('match by key and attempt', () => {
    const point = stored('next', { attempt: 2 })
    const matcher = new PointMatcher([point])
    assert.deepEqual(matcher.valueStored('next', shop), [])
    assert.deepEqual(matcher.valueStored('other', { app: 'shop', attempt: 2 }), [])
    assert.deepEqual(matcher.valueStored('next', { app: 'shop', attempt: 2 }), [point])
  })
})

describe('a label', () => {
  it('is the point as a reader writes it', () => {
    const labels = [
      [request('Produce', { nth: 2, value: 'a' }), 'request(\'Produce\', { nth: 2, value: "a" })'],
      [response('Fetch'), "response('Fetch')"],
      [effect('charge', { id: 'a' }), 'effect(\'charge\', { id: "a" })'],
      [stored('next'), "stored('next')"],
      [at(5), 'at(5)'],
    ] as const
    for (const [point, label] of labels) assert.equal(pointLabel(point), label)
  })
})
