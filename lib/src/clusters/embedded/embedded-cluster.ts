/**
 * The embedded cluster: a simulated Kafka of three brokers in virtual time, made anew for each run,
 * so that a run depends on its plan and its seed and on nothing that was before. Apps and the lab's
 * own client reach it over connections in memory.
 */
import { SimulatedCluster } from '../../simulation/cluster'
import { seededRandom } from '../../simulation/random'
import { setting, type Settings } from '../../simulation/settings'
import type { BrokerControl, Cluster } from '../cluster'
import { courseSettings } from '../course-settings'
import { decodeRecordBatches } from '../../protocol/record-batch'
import { answers, settle } from '../kafka/cluster-health'
import { withLimit } from '../kafka/limit'
import { sleep } from '../lab-timers'
import { WireClient } from '../wire-client'
import { EventLoop, type EventOwner } from './event-loop'
import { startOfTimeMs, virtualGlobals } from './virtual-globals'
import { VirtualNetwork } from './virtual-network'

const brokers = [1, 2, 3].map((id) => ({ id, host: `broker-${id}`, port: 9092 }))
const latencyMs = { min: 0.2, max: 0.6 }
const healLimitMs = 30_000
const labOwner = { app: 'lab' }

/** A cluster for one run. Throws for a setting that the simulation does not know. */
export function embeddedCluster(options: { settings?: Settings; seed: number }): Cluster {
  const { seed } = options
  const settings = { ...courseSettings, ...options.settings }
  const simulated = new SimulatedCluster({ brokers, settings, seed, startOfTimeMs })
  const loop: EventLoop = new EventLoop([
    simulated,
    {
      get nextAtMs() {
        return network.nextAtMs
      },
      advanceTo: (nowMs) => network.advanceTo(nowMs),
    },
  ])
  const network = new VirtualNetwork({
    events: loop,
    cluster: simulated,
    brokers,
    seed,
    latencyMs,
    maxRequestBytes: setting(settings, 'socket.request.max.bytes'),
  })
  const globals = virtualGlobals(loop, randomByOwner(seed))
  loop.surroundWith(globals)
  const wire = new WireClient({
    brokers,
    clientId: 'kafka-lab',
    connect: ({ host, port }) => network.open(labOwner.app, undefined, host, port),
  })
  return {
    kind: 'embedded',
    kafkaVersion: 'embedded',
    brokers,
    wire,
    control: controlOf(simulated, network, wire),
    simulated: {
      powerLoss: async (id) => simulated.powerLoss(id),
      cutOff: (app, id) => network.cut(app, id),
    },
    time: {
      drive: (work) => loop.run(work),
      // In the owner's own event at once, as in reality; else in an event of the owner's.
      enter: (owner, run) => (loop.owner === owner ? run() : void loop.at(0, owner, run)),
      onTimer: (listener) => (globals.onTimer = listener),
      get owner() {
        return loop.owner
      },
    },
    open: (app, host, port) => network.open(app.app, app, host, port),
  }
}

/** Each owner draws its own numbers, whatever the others do. */
function randomByOwner(seed: number): (owner: EventOwner) => number {
  const streams = new WeakMap<object, () => number>()
  let owners = 0
  return (owner = labOwner) => {
    let random = streams.get(owner)
    if (random === undefined) {
      random = seededRandom(seed, `Math.random ${owners++}`)
      streams.set(owner, random)
    }
    return random()
  }
}

function controlOf(
  simulated: SimulatedCluster,
  network: VirtualNetwork,
  wire: WireClient,
): BrokerControl {
  const ids = brokers.map(({ id }) => id)
  // As with a real broker: when its process is known to be gone, its connections are reset.
  const kill = async (id: number): Promise<void> => {
    if (simulated.state(id) === 'dead') return
    simulated.kill(id)
    await sleep(Math.ceil(latencyMs.max))
  }
  return {
    kill,
    async loseDisk(id) {
      await kill(id)
      simulated.loseDisk(id)
    },
    pause: async (id) => simulated.pause(id),
    resume: async (id) => simulated.resume(id),
    async restart(id) {
      await kill(id)
      simulated.restart(id)
      const why = `broker ${id} does not answer after its restart`
      await withLimit(healLimitMs, why, (limit) => answers(wire, id, limit))
    },
    async heal() {
      network.mendAll()
      for (const id of ids) {
        if (simulated.state(id) === 'paused') simulated.resume(id)
        if (simulated.state(id) === 'dead') simulated.restart(id)
      }
      const why = `the cluster is not whole after ${healLimitMs} ms`
      await withLimit(healLimitMs, why, (limit) => settle(wire, ids, limit))
    },
    replicaLogs: (topic, partition) =>
      simulated.replicaLogs(topic, partition).map(({ broker, alive, batches }) => ({
        broker,
        alive,
        batches: batches.flatMap(({ bytes }) => decodeRecordBatches(bytes, 'refuse')),
      })),
  }
}
