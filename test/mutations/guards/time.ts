/** Guards of virtual time: the order of events, the event loop, the network between brokers. */
import type { Mutation } from '../mutation'

const queue = ['simulation/event-queue.test.ts']
const loop = ['clusters/embedded/event-loop.test.ts']
const network = ['simulation/network.test.ts']

export const timeGuards: readonly Mutation[] = [
  {
    guard: 'events of one time run in the order in which they were asked for',
    file: 'simulation/event-queue.ts',
    source: 'return this.sequence < other.sequence',
    broken: 'return this.sequence > other.sequence',
    tests: queue,
  },
  {
    guard: 'an event runs when it is due',
    file: 'simulation/event-queue.ts',
    source: 'next === undefined || next.atMs > untilMs',
    broken: 'next === undefined || next.atMs > untilMs + 1',
    tests: queue,
  },
  {
    guard: 'time does not go back',
    file: 'simulation/event-queue.ts',
    source: 'if (!(atMs >= this.nowMs)) throw',
    broken: 'if (!(atMs >= 0)) throw',
    tests: queue,
  },
  {
    guard: 'the cluster takes a step when it is due, before later events',
    file: 'clusters/embedded/event-loop.ts',
    source: 'if (source === undefined || eventAt < sourceAt) {',
    broken: 'if (source === undefined || eventAt < Infinity) {',
    tests: loop,
  },
  {
    guard: 'the promises of one event are drained before the next',
    file: 'clusters/embedded/event-loop.ts',
    source: 'if (!over) this.queue.runNext(Infinity)',
    broken: 'if (!over && this.queue.runNext(Infinity)) this.queue.runNext(this.now())',
    tests: loop,
  },
  {
    guard: 'virtual time is gone from the global scope between events',
    file: 'clusters/embedded/event-loop.ts',
    source: '        this.surroundings?.leave()\n',
    broken: '',
    tests: loop,
  },
  {
    guard: 'every event has its owner',
    file: 'clusters/embedded/event-loop.ts',
    source: 'this.current = owner',
    broken: 'this.current ??= owner && undefined',
    tests: loop,
  },
  {
    guard: 'work that nothing can settle any more is refused, not waited for',
    file: 'clusters/embedded/event-loop.ts',
    source: 'reject(new Error(nothingLeft))',
    broken: 'resolve(Object(nothingLeft))',
    tests: loop,
  },
  {
    guard: 'no message between brokers overtakes another',
    file: 'simulation/network.ts',
    source: 'Math.max(link.lastAtMs, queue.now() + latency)',
    broken: 'queue.now() + latency',
    tests: network,
  },
  {
    guard: 'a cut between brokers holds what is under way',
    file: 'simulation/network.ts',
    source: 'if (link.held === undefined) arrive()',
    broken: 'if (link.held === undefined || queue.now() >= 0) arrive()',
    tests: network,
  },
  {
    guard: 'nothing that was meant for an earlier life of a node reaches it',
    file: 'simulation/node.ts',
    source: "life !== this.life || this.current === 'dead'",
    broken: "this.current === 'dead'",
    tests: network,
  },
]
