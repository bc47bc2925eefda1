/**
 * Notebook 03: settings of a topic and of its producer. ★: an acknowledged order survives the loss
 * of any one broker; ★★: and orders can still be written while one broker is down. The answer is a
 * value; the grader's own app sends with it while brokers freeze, die, and lose their disks. Never
 * more than one disk is lost in a run, and an order that was refused, or whose fate the producer
 * was never told, is no fault of the settings.
 */
import { ledger } from '../../checker'
import type { LedgerRow } from '../../checker'
import { kill, loseDisk, on, pause, request, response, resume, sleep, stored } from '../../faults'
import type { Fault, TopicPlan } from '../../history/plan'
import type { App, AppBody, Lab } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'

/** What the reader chooses. */
export interface OrderSettings {
  /** Of each `send()`: 0, 1 or -1 (all). */
  acks: number
  replicationFactor: number
  /** Kafka's topic settings by their names. */
  config: NonNullable<TopicPlan['config']>
}

/** Sends one order after the other and goes on whatever the answer is; waits before the victim. */
const shop: AppBody = async ({ kafka, params, store }: App) => {
  const producer = kafka.producer({ retry: { initialRetryTime: 100, retries: 5 } })
  await producer.connect()
  for (const value of params.orders) {
    if (value === params.victim) await store.set('its turn', value)
    const messages = [{ key: 'ann', value }]
    const sending = producer.send({ topic: 'orders', acks: params.acks, timeout: 200, messages })
    await Promise.allSettled([sending])
    if (value === params.victim) await store.set('answered', value)
  }
  await producer.disconnect()
}

/** Longer than a broker's session: it is out of every ISR, and another one leads. */
const failover = sleep(1600)

interface Trouble {
  name: string
  faults(victim: string): Fault[]
}

const troubles: readonly Trouble[] = [
  { name: 'without any fault', faults: () => [] },
  {
    name: 'when the leader loses its disk as it answers, before a frozen follower has the order',
    faults: (value) => [
      on(request('Produce', { value, nth: 1 }), pause(2), pause(3), sleep(200)),
      on(response('Produce', { value, nth: 1 }), loseDisk(1), resume(2), resume(3)),
    ],
  },
  {
    name: 'when two brokers were away for a while and the third then loses its disk',
    faults: () => [
      on(stored('its turn'), pause(2), pause(3), failover),
      on(stored('answered'), loseDisk(1), failover, resume(2), resume(3), failover),
    ],
  },
  {
    name: 'when a broker was away for a while and comes back as the two others stop',
    faults: () => [
      on(stored('its turn'), pause(3), failover),
      on(stored('answered'), kill(1), kill(2), resume(3), failover),
    ],
  },
]

const oneDown: readonly Trouble[] = [1, 2, 3].map((broker) => ({
  name: `while broker ${broker} is down`,
  faults: () => [on(stored('its turn'), kill(broker), failover)],
}))

export const survivesAnyBroker: Exercise<OrderSettings> = {
  name: '03-survives-any-broker',
  hints: [
    'Whose word is an acknowledgement, and how many disks hold the order when it is given?',
    'How small may the in-sync set become before the leader should rather refuse?',
    'Who may lead when no replica that was in sync is left: somebody, or nobody?',
  ],
  async grade(answer, lab) {
    const problem = shapeProblem(answer)
    if (problem !== undefined) return problem
    return (await writable(lab, answer, troubles.slice(0, 1))) ?? (await kept(lab, answer))
  },
}

export const andStillWrites: Exercise<OrderSettings> = {
  name: '03-and-still-writes',
  hints: [
    'How many replicas are in sync while one broker is down?',
    'The minimum must be above one, for the disks, and below what is left when one is down.',
    'Three replicas, a minimum of two, acks -1, and no unclean elections.',
  ],
  async grade(answer, lab) {
    const problem = await survivesAnyBroker.grade(answer, lab)
    return problem ?? writable(lab, answer, oneDown)
  },
}

function shapeProblem(answer: Partial<OrderSettings> | null): string | undefined {
  const { acks, replicationFactor, config } = answer ?? {}
  const isWhole = typeof acks === 'number' && typeof replicationFactor === 'number'
  if (isWhole && typeof config === 'object' && config !== null) return undefined
  return 'the answer is no settings: give { acks: …, replicationFactor: …, config: { … } }'
}

const victim = 'order-k3'
const orders = values('order', 5, 'k')

async function rowsOf(
  lab: Lab,
  answer: OrderSettings,
  { faults }: Trouble,
): Promise<readonly LedgerRow[]> {
  const { acks, replicationFactor, config } = answer
  const run = await lab.run({
    topics: { orders: { replicationFactor, config } },
    intended: { orders },
    apps: { shop: { body: shop, params: { orders, victim, acks } } },
    cluster: { 'eligible.leader.replicas.version': 1 },
    faults: faults(victim),
    // Virtual time; an order that nobody takes is given up after some seconds.
    timeLimitMs: 300_000,
  })
  return ledger(run)
}

/** No order that was acknowledged, or sent without waiting for an answer, is gone. */
async function kept(lab: Lab, answer: OrderSettings): Promise<string | undefined> {
  for (const trouble of troubles) {
    const rows = await rowsOf(lab, answer, trouble)
    const gone = rows.find(({ delivery }) => delivery === 'lost')
    if (gone === undefined) continue
    const told = gone.told === 'sent' ? 'sent without waiting for an answer' : 'acknowledged'
    return `${trouble.name}, ${gone.value} was ${told} and is gone`
  }
  return undefined
}

/** Every order is acknowledged, or sent, and there. */
async function writable(
  lab: Lab,
  answer: OrderSettings,
  all: readonly Trouble[],
): Promise<string | undefined> {
  for (const trouble of all) {
    const rows = await rowsOf(lab, answer, trouble)
    const unwritten = rows.find(({ told, copies }) => copies === 0 || told === 'fail')
    if (unwritten === undefined) continue
    const word = unwritten.told === 'fail' ? 'was refused' : 'could not be written'
    return `${trouble.name}, ${unwritten.value} ${word}`
  }
  return undefined
}
