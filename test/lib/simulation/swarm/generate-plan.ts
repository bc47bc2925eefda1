/**
 * A plan from a seed, after swarm testing (Groce 2012): in each run some kinds of faults do not
 * happen at all and the others have wildly different weights, so that rare mixes come up.
 */
import { seededRandom } from '../../../../lib/src/simulation/random'
import type { Settings } from '../../../../lib/src/simulation/settings'
import type { AdminAct, Fault, MemberAct, Place, Plan, PlannedClient, PlannedTopic } from './plan'

const brokers = [1, 2, 3]
const endMs = 3000

/** Chance, and what is made of it. */
class Dice {
  constructor(readonly random: () => number) {}

  happens(probability: number): boolean {
    return this.random() < probability
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }

  /** From `low` to `high`, each order of magnitude as likely. */
  spread(low: number, high: number): number {
    return low * (high / low) ** this.random()
  }

  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values]
    const result: T[] = []
    while (left.length > 0) result.push(...left.splice(this.below(left.length), 1))
    return result
  }

  /** Some kinds never, the others with weights far apart. */
  weighted<T>(values: readonly T[]): () => T | undefined {
    const weights = values.map(() => (this.happens(0.4) ? 0 : this.spread(0.1, 10)))
    const sum = weights.reduce((all, weight) => all + weight, 0)
    return () => {
      let left = this.random() * sum
      return values.find((_, index) => (left -= weights[index] ?? 0) < 0)
    }
  }

  times(low: number, high: number): number[] {
    const count = low + this.below(high - low + 1)
    return Array.from({ length: count }, () => Math.floor(this.random() * endMs)).sort(
      (a, b) => a - b,
    )
  }
}

export function generatePlan(seed: number): Plan {
  const dice = new Dice(seededRandom(seed, 'plan'))
  const settings = someSettings(dice)
  const topics = someTopics(dice)
  const places = topics.flatMap(({ name, assignment }) =>
    assignment.map((_, partition) => ({ topic: name, partition })),
  )
  const count = 2 + dice.below(3)
  const clients = Array.from({ length: count }, () => someClient(dice, places))
  return { seed, settings, topics, clients, faults: someFaults(dice), endMs }
}

function someSettings(dice: Dice): Settings {
  return {
    'replica.fetch.wait.max.ms': dice.pick([50, 500]),
    'replica.lag.time.max.ms': dice.pick([400, 1000, 3000]),
    'replica.high.watermark.checkpoint.interval.ms': dice.pick([100, 5000]),
    ...(dice.happens(0.2) && { 'replica.fetch.max.bytes': 150 }),
    ...(dice.happens(0.2) && { 'eligible.leader.replicas.version': 0 }),
    ...(dice.happens(0.1) && { 'transaction.partition.verification.enable': false }),
    ...(dice.happens(0.1) && {
      'producer.id.expiration.ms': 600,
      'producer.id.expiration.check.interval.ms': 200,
    }),
  }
}

function someTopics(dice: Dice): PlannedTopic[] {
  return ['orders', 'charges'].slice(0, 1 + dice.below(2)).map((name) => {
    const factor = dice.happens(0.8) ? 3 : 2
    const partitions = 1 + dice.below(2)
    return {
      name,
      assignment: Array.from({ length: partitions }, () => dice.shuffled(brokers).slice(0, factor)),
      config: {
        'min.insync.replicas': dice.pick(['1', '2', '2']),
        ...(dice.happens(0.15) && { 'unclean.leader.election.enable': 'true' }),
      },
    }
  })
}

function someClient(dice: Dice, places: readonly Place[]): PlannedClient {
  const kind = dice.pick([
    'plain',
    'idempotent',
    'transactional',
    'transactional',
    'member',
    'admin',
  ])
  const at = (times: number[]) => times.map((atMs) => ({ atMs, ...dice.pick(places) }))
  const sendings = () =>
    at(dice.times(5, 25)).map((each) => ({ ...each, records: 1 + dice.below(3) }))
  switch (kind) {
    case 'plain':
      return { kind, acks: dice.pick([-1, 0, 1]), operations: sendings() }
    case 'idempotent':
      return { kind, operations: sendings() }
    case 'transactional':
      return {
        kind,
        transactionalId: dice.pick(['billing', 'shipping']),
        timeoutMs: dice.pick([700, 5000]),
        operations: dice.times(3, 15).map((atMs) => ({
          atMs,
          places: dice.shuffled(places).slice(0, 1 + dice.below(3)),
          ...(dice.happens(0.4) && { group: dice.pick(['chargers', 'readers']) }),
          end: dice.pick(['commit', 'commit', 'abort', 'walk away'] as const),
        })),
      }
    case 'member': {
      const acts = ['join', 'commit', 'commit', 'commit', 'leave', 'vanish'] as const
      const operations: MemberAct[] = at(dice.times(3, 12)).map((each, index) => ({
        ...each,
        act: index === 0 ? 'join' : dice.pick(acts),
      }))
      return { kind, group: dice.pick(['chargers', 'readers']), sessionMs: 800, operations }
    }
    default: {
      const next = dice.weighted(['delete records', 'move', 'elect'] as const)
      const operations = at(dice.times(1, 5)).flatMap((each): AdminAct[] => {
        const act = next()
        const replicas = dice.shuffled(brokers).slice(0, 2 + dice.below(2))
        return act === undefined ? [] : [{ ...each, act, replicas }]
      })
      return { kind: 'admin', operations }
    }
  }
}

function someFaults(dice: Dice): Plan['faults'] {
  const next = dice.weighted(['kill', 'lose power', 'pause', 'cut', 'cut off'] as const)
  const mortal = dice.happens(0.3) ? [dice.pick(brokers)] : brokers
  const intervalMs = dice.spread(80, 1000)
  const lastsMs = dice.spread(50, 1500)
  const faults: Plan['faults'] = []
  for (let now = 0; now < endMs; now += 2 * intervalMs * dice.random()) {
    const kind = next()
    if (kind === undefined) return faults
    const atMs = Math.floor(now)
    const untilMs = Math.floor(now + 2 * lastsMs * dice.random())
    const [begin, end] = pair(kind, mortal, dice)
    faults.push({ atMs, fault: begin }, { atMs: untilMs, fault: end })
  }
  return faults.filter(({ atMs }) => atMs < endMs).sort((a, b) => a.atMs - b.atMs)
}

function pair(
  kind: 'kill' | 'lose power' | 'pause' | 'cut' | 'cut off',
  mortal: readonly number[],
  dice: Dice,
): [Fault, Fault] {
  const [broker, other] = dice.shuffled(brokers) as [number, number]
  switch (kind) {
    case 'kill':
    case 'lose power': {
      const dying = dice.pick(mortal)
      return [
        { kind, broker: dying },
        { kind: 'restart', broker: dying },
      ]
    }
    case 'pause':
      return [
        { kind, broker },
        { kind: 'resume', broker },
      ]
    case 'cut':
      return [
        { kind, one: broker, other },
        { kind: 'mend', one: broker, other },
      ]
    case 'cut off':
      return [
        { kind: 'cut', one: broker, other: 'controller' },
        { kind: 'mend', one: broker, other: 'controller' },
      ]
  }
}
