/** Every fault that cannot be is refused in words that name the value and say what to do. */
import assert from 'node:assert/strict'
import {
  at,
  coordinatorOf,
  crash,
  delay,
  disconnect,
  drop,
  duplicate,
  effect,
  faultProblems,
  followersOf,
  holdUntil,
  kill,
  leaderOf,
  loseDisk,
  moveLeader,
  on,
  pause,
  pointProblems,
  request,
  resendAt,
  response,
  restart,
  resume,
  sleep,
  stored,
} from '../../../lib/src/faults'
import type { FaultScope } from '../../../lib/src/faults'
import type { Act, Fault, FrameMatch, Point } from '../../../lib/src/history/plan'

const scope: FaultScope = {
  apps: ['shop', 'billing'],
  topics: { orders: { partitions: 2 } },
  brokers: [1, 2, 3],
  apis: ['Produce', 'Fetch', 'Metadata', 'Heartbeat', 'EndTxn'],
  brokerActs: 'real',
}
const produce = request('Produce', { nth: 1 })
const unknownKey = { partitions: 1 } as FrameMatch

const refused: [string, Fault, RegExp][] = [
  ['a fault without an act', on(produce), /has no act: give it one/],
  ['an unknown API', on(request('Produze'), drop()), /no API 'Produze': it is one of Produce, F/],
  ['an unknown app', on(request('Produce', { app: 'x' }), drop()), /no app "x": .*shop, billing/],
  ['an unknown broker', on(request('Produce', { broker: 9 }), drop()), /no broker 9: .*1, 2, 3/],
  ['an unknown topic', on(request('Produce', { topic: 't' }), drop()), /no topic "t": .*orders/],
  [
    'a partition the topic has not',
    on(request('Produce', { topic: 'orders', partition: 2 }), drop()),
    /'orders' has no partition 2: it has 0 to 1/,
  ],
  ['a field nobody knows', on(request('Produce', unknownKey), drop()), /'partitions' to match/],
  ['nth 0', on(request('Produce', { nth: 0 }), drop()), /nth: 0 is not a count: give 1/],
  ['attempt 0', on(effect('e', { attempt: 0 }), crash()), /attempt: 0 is not a count/],
  ['nth on Heartbeat', on(request('Heartbeat', { nth: 2 }), drop()), /nth: 2 on Heartbeat depends/],
  ['nth on Metadata', on(response('Metadata', { nth: 1 }), drop()), /nth: 1 on Metadata depends/],
  ['nth on Fetch', on(response('Fetch', { nth: 1 }), drop()), /leave nth out, or name a value/],
  ['a value in a Fetch request', on(request('Fetch', { value: 'a' }), drop()), /use response\('F/],
  ['a value in EndTxn', on(request('EndTxn', { value: 'a' }), drop()), /EndTxn carries no value/],
  ['a time before the run', on(at(-1), kill(1)), /at\(-1\) lies before the run/],
  ['drop without a frame', on(effect('charge'), drop()), /drop\(\) needs a frame/],
  ['delay without a frame', on(stored('k'), delay(5)), /delay\(\) needs a frame/],
  ['disconnect at a store write', on(stored('k'), disconnect()), /disconnect\(\) needs a frame/],
  ['disconnect at a time', on(at(5), disconnect()), /disconnect\(\) needs a frame/],
  ['duplicate at a response', on(response('Produce'), duplicate()), /duplicate\(\) copies a/],
  ['resendAt at a response', on(response('Produce'), resendAt(at(5))), /resendAt\(\) copies a req/],
  ['holdUntil an impossible point', on(produce, holdUntil(request('X'))), /no API 'X'/],
  ['resendAt an impossible point', on(produce, resendAt(at(-5))), /at\(-5\) lies before/],
  ['a negative delay', on(produce, delay(-5)), /delay\(-5\) is not a duration/],
  ['a sleep of NaN', on(produce, sleep(NaN)), /sleep\(NaN\) is not a duration/],
  ['a crash at a time without an app', on(at(5), crash()), /needs the app: crash\('shop'\)/],
  ['a crash of an unknown app', on(produce, crash('x')), /no app 'x' to crash: .*shop, billing/],
  ['an act after drop', on(produce, drop(), delay(5)), /delay\(\) comes after drop\(\)/],
  ['an act after disconnect', on(produce, disconnect(), drop()), /comes after disconnect\(\)/],
  ['an act after crash', on(produce, crash(), crash()), /crash\(\) comes after crash\(\)/],
  ['an unknown broker to kill', on(produce, kill(4)), /no broker 4: it is one of 1, 2, 3/],
  ['a leader of an unknown topic', on(produce, pause(leaderOf('t'))), /no topic 't'/],
  ['followers of a missing partition', on(produce, pause(followersOf('orders', 7))), /partition 7/],
  [
    'powerLoss on real brokers',
    on(produce, { act: 'powerLoss', broker: 1 }),
    /powerLoss needs the embedded cluster: real brokers are killed/,
  ],
  ['a disk of a missing broker', on(produce, loseDisk(9)), /no broker 9: it is one of/],
  ['a move of an unknown topic', on(produce, moveLeader('t', 2)), /no topic 't'/],
  ['a move of a missing partition', on(produce, moveLeader('orders', 2, 7)), /partition 7/],
  ['a move to a missing broker', on(produce, moveLeader('orders', 9)), /no broker 9/],
  [
    'cutOff on real brokers',
    on(produce, { act: 'cutOff', app: 'shop', broker: 1 }),
    /cutOff needs the embedded cluster/,
  ],
]

describe('a fault is refused:', () => {
  for (const [name, fault, problem] of refused) {
    it(name, () => {
      const problems = faultProblems([on(produce, drop()), fault], scope)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] as string, problem)
      assert.match(problems[0] as string, /^faults\[1\], on\(/)
    })
  }
})

describe('on a cluster of the reader’s own', () => {
  const own: FaultScope = { ...scope, brokerActs: 'refused' }
  const acts: Act[] = [kill(1), pause('all'), resume(1), restart(leaderOf('orders')), loseDisk(1)]
  for (const act of acts) {
    it(`${act.act} is refused`, () => {
      assert.match(faultProblems([on(produce, act)], own).join(), /on a cluster of your own/)
    })
  }

  it('acts on frames are carried out', () => {
    assert.deepEqual(faultProblems([on(produce, disconnect())], own), [])
  })

  it('a leader is moved: it is the controller that does it, for the run’s own topic', () => {
    assert.deepEqual(faultProblems([on(produce, moveLeader('orders', 2))], own), [])
  })
})

describe('faults that can be', () => {
  const possible: Fault[] = [
    on(produce, disconnect()),
    on(request('Produce'), duplicate(), delay(5)),
    on(response('Fetch', { value: 'a', nth: 2 }), crash()),
    on(response('Heartbeat'), drop()),
    on(produce, sleep(5), kill(leaderOf('orders', 1)), crash('billing')),
    on(effect('charge', { id: 'a', nth: 1 }), crash(), sleep(5), restart('all')),
    on(effect('charge'), sleep(5), disconnect()),
    on(at(0), crash('shop'), pause(coordinatorOf({ group: 'g' }))),
    on(produce, holdUntil(response('Produce', { nth: 2 })), resendAt(stored('next'))),
    on(produce, drop(), sleep(5), kill(1)),
  ]
  for (const fault of possible) {
    it(JSON.stringify(fault.acts), () => assert.deepEqual(faultProblems([fault], scope), []))
  }
})

describe('the point of startAt', () => {
  it('is held to the same rules', () => {
    const point: Point = request('Heartbeat', { nth: 1, app: 'nobody' })
    assert.equal(pointProblems(point, scope).length, 2)
  })
})
