import assert from 'node:assert/strict'
import { ReplicationWaits } from '../../../../lib/src/simulation/broker/replication-waits'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'

function make() {
  const queue = new EventQueue()
  const waits = new ReplicationWaits(queue)
  const heard: string[] = []
  const wait = (offset: number, timeoutMs: number) => {
    waits.add(offset, timeoutMs, (error) => heard.push(`${offset} ${error} @${queue.now()}`))
  }
  const run = () => {
    while (queue.runNext(Infinity));
  }
  return { queue, waits, heard, wait, run }
}

describe('Appends that wait for the high watermark', () => {
  it('are done when it has passed them, and not before', () => {
    const { waits, heard, wait } = make()
    for (const offset of [1, 2, 3]) wait(offset, Infinity)
    waits.passed(2)
    assert.deepEqual(heard, ['1 NONE @0', '2 NONE @0'])
    waits.passed(3)
    assert.deepEqual(heard.slice(2), ['3 NONE @0'])
  })

  it('are done in the order of their offsets, a recognised retry among them', () => {
    const { waits, heard, wait } = make()
    for (const offset of [3, 5, 1, 4]) wait(offset, Infinity)
    waits.passed(1)
    assert.deepEqual(heard, ['1 NONE @0'])
    waits.passed(5)
    assert.deepEqual(heard.slice(1), ['3 NONE @0', '4 NONE @0', '5 NONE @0'])
  })

  it('time out one by one, each at its own time', () => {
    const { queue, waits, heard, wait, run } = make()
    wait(1, 30)
    wait(2, 10)
    wait(3, 10)
    queue.runNext(10)
    assert.deepEqual(heard, ['2 REQUEST_TIMED_OUT @10', '3 REQUEST_TIMED_OUT @10'])
    run()
    assert.deepEqual(heard.slice(2), ['1 REQUEST_TIMED_OUT @30'])
    waits.passed(9)
    assert.equal(heard.length, 3)
  })

  it('that were done do not time out', () => {
    const { waits, heard, wait, run } = make()
    wait(1, 10)
    waits.passed(1)
    run()
    assert.deepEqual(heard, ['1 NONE @0'])
  })

  it('are all told when the leader is none any more', () => {
    const { waits, heard, wait, run } = make()
    wait(1, 10)
    wait(2, Infinity)
    waits.endAll('NOT_LEADER_OR_FOLLOWER')
    run()
    assert.deepEqual(heard, ['1 NOT_LEADER_OR_FOLLOWER @0', '2 NOT_LEADER_OR_FOLLOWER @0'])
  })

  it('stay in order over many thousands', () => {
    const { waits, wait, heard } = make()
    for (let offset = 1; offset <= 5000; offset++) {
      wait(offset, 30_000)
      if (offset > 100) waits.passed(offset - 100)
    }
    assert.equal(heard.length, 4900)
    waits.passed(5000)
    assert.deepEqual([heard[0], heard.at(-1)], ['1 NONE @0', '5000 NONE @0'])
  })
})
