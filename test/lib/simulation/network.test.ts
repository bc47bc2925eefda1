import assert from 'node:assert/strict'
import { EventQueue } from '../../../lib/src/simulation/event-queue'
import { Network } from '../../../lib/src/simulation/network'
import { ClusterNode } from '../../../lib/src/simulation/node'
import { seededRandom } from '../../../lib/src/simulation/random'

function twoNodes() {
  const queue = new EventQueue()
  const random = seededRandom(3, 'network')
  const network = new Network({ queue, random, latencyMs: { min: 1, max: 9 } })
  const [one, other] = [new ClusterNode(1, queue), new ClusterNode(2, queue)]
  const heard: string[] = []
  const send = (text: string) => network.send(one, other, () => heard.push(text))
  const call = (what: 'answered' | 'unanswered') => {
    network.call<string>(one, other, {
      serve: (answer) => {
        heard.push('served')
        if (what === 'answered') answer('answer')
      },
      answered: (value) => heard.push(value),
      failed: () => heard.push('failed'),
    })
  }
  const run = () => {
    while (queue.runNext(Infinity));
  }
  return { queue, network, one, other, heard, send, call, run }
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f']

describe('The network between nodes', () => {
  it('lets no message overtake another of its direction', () => {
    const { heard, send, run, queue } = twoNodes()
    for (const letter of letters) send(letter)
    run()
    assert.deepEqual(heard, letters)
    assert.ok(queue.now() >= 1)
  })

  it('holds what is sent or under way while it is cut, in order', () => {
    const { network, one, other, heard, send, run } = twoNodes()
    send('a')
    send('b')
    network.cut(one, other)
    send('c')
    run()
    assert.deepEqual(heard, [])
    send('d')
    network.mend(other, one)
    send('e')
    run()
    assert.deepEqual(heard, ['a', 'b', 'c', 'd', 'e'])
  })

  it('holds what is under way while it is cut, also when nothing follows', () => {
    const { network, one, other, heard, send, run } = twoNodes()
    send('a')
    network.cut(one, other)
    run()
    assert.deepEqual(heard, [])
    network.mend(one, other)
    run()
    assert.deepEqual(heard, ['a'])
  })

  it('hands a paused node its messages when it goes on', () => {
    const { other, heard, send, run } = twoNodes()
    other.pause()
    send('a')
    send('b')
    run()
    assert.deepEqual(heard, [])
    other.resume()
    assert.deepEqual(heard, ['a', 'b'])
  })

  it('drops what was meant for an earlier life of a node', () => {
    const { other, heard, send, run } = twoNodes()
    send('a')
    other.die()
    other.start()
    run()
    assert.deepEqual(heard, [])
  })

  it('brings an answer back', () => {
    const { heard, call, run } = twoNodes()
    call('answered')
    run()
    assert.deepEqual(heard, ['served', 'answer'])
  })

  it('tells the caller that the node called is dead', () => {
    const { other, heard, call, run } = twoNodes()
    other.die()
    call('answered')
    run()
    assert.deepEqual(heard, ['failed'])
  })

  it('tells the caller once that the node called died before it answered', () => {
    const { network, other, heard, call, run, queue } = twoNodes()
    call('unanswered')
    queue.runNext(Infinity)
    assert.deepEqual(heard, ['served'])
    other.die()
    network.died(other)
    run()
    assert.deepEqual(heard, ['served', 'failed'])
  })

  it('does not serve a call that reaches the next life of the node called', () => {
    const { network, other, heard, call, run } = twoNodes()
    call('answered')
    other.die()
    network.died(other)
    other.start()
    run()
    assert.deepEqual(heard, ['failed'])
  })

  it('tells the caller of a dead node so, though it has started again on the way', () => {
    const { network, other, heard, call, run } = twoNodes()
    other.die()
    network.died(other)
    call('answered')
    other.start()
    run()
    assert.deepEqual(heard, ['failed'])
  })

  it('tells a caller that has died nothing', () => {
    const { network, one, heard, call, run } = twoNodes()
    call('answered')
    one.die()
    network.died(one)
    one.start()
    run()
    assert.deepEqual(heard, ['served'])
  })
})

describe('A node', () => {
  it('holds its timers while it is paused and loses them when it dies', () => {
    const { queue, one, heard, run } = twoNodes()
    one.timers.after(1, () => heard.push('a'))
    const cancelled = one.timers.after(2, () => heard.push('b'))
    one.pause()
    run()
    cancelled.cancel()
    assert.equal(heard.length, 0)
    one.resume()
    assert.deepEqual(heard, ['a'])
    one.timers.after(1, () => heard.push('c'))
    one.die()
    run()
    assert.deepEqual(heard, ['a'])
    assert.equal(queue.nextAtMs, undefined)
  })

  it('refuses what does not fit its state', () => {
    const { one } = twoNodes()
    assert.throws(() => one.resume(), /is running: it cannot be resumed/)
    assert.throws(() => one.start(), /is running: it cannot be started/)
    one.die()
    assert.throws(() => one.pause(), /is dead: it cannot be paused/)
  })
})
