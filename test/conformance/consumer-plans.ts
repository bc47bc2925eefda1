/** Plans of apps that read: records written before, what another app wrote, and read-process-write. */
import { effect, stored } from '../../lib/src/faults'
import type { AppSettings } from '../../lib/src/lab'
import { consumerFaults, copyFaults } from './app-faults'
import { consume, copy } from './bodies'
import type { ConsumeParameters, CopyParameters } from './bodies'
import type { Chance } from './chance'
import { app, seeds } from './draw'
import type { Parts } from './draw'
import { crashAtEffect } from './generate-faults'

const retries = 5

function consumeParameters(chance: Chance): ConsumeParameters {
  return {
    topic: 'orders',
    group: 'billing',
    each: chance.pick(['message', 'batch']),
    commit: chance.pick(['auto', 'first', 'after']),
    isolation: chance.pick(['read_committed', 'read_uncommitted']),
  }
}

function throwing(chance: Chance, values: string[]): Pick<ConsumeParameters, 'throwsAt'> {
  const value = chance.pick(values)
  return { throwsAt: { value, when: chance.pick(['before the effect', 'after the effect']) } }
}

export function consumePlan(chance: Chance): Parts {
  const partitions = chance.pick([1, 1, 2])
  const records = seeds(chance, chance.integer(2, 6), partitions)
  const values = records.map(({ value }) => value)
  const params = consumeParameters(chance)
  // Which of two partitions is fetched first is a matter of time: what interrupts the app, or
  // makes it commit what it has, is not combined with it.
  if (partitions > 1) params.commit = chance.pick(['first', 'after'])
  else if (chance.happens(0.25)) Object.assign(params, throwing(chance, values))
  const faults = consumerFaults(chance, params, { values, partitions })
  return {
    topics: { orders: { partitions, records } },
    apps: { billing: app(consume, params, { retries, faults }) },
    faults,
  }
}

/** The handler takes longer than the session lasts, with a second member waiting or without. */
export function stalledConsumerPlan(chance: Chance): Parts {
  const records = seeds(chance, 4, 1)
  const values = records.map(({ value }) => value)
  const params = consumeParameters(chance)
  // An explicit commit hears that its member is gone.
  params.commit = chance.pick(['auto', 'first', 'after', 'after'])
  const { stallsAt, ...second } = { ...params, stallsAt: { value: chance.pick(values), ms: 2500 } }
  const billing = app(consume, { ...params, stallsAt }, { retries, faults: [] })
  const startAt = stored('stalled', { app: 'billing', nth: 1 })
  const takesOver = { ...app(consume, second, { retries, faults: [] }), startAt }
  return {
    topics: { orders: { records } },
    apps: chance.happens(0.5) ? { billing } : { billing, takesOver },
    faults: [],
  }
}

/** The records that a crashed app would read next are gone when it comes back. */
export function deletedRecordsPlan(chance: Chance): Parts {
  const records = seeds(chance, 6, 1)
  const params = consumeParameters(chance)
  params.deletesBelow = chance.integer(1, 6)
  const faults = [crashAtEffect('charge', `m${chance.integer(1, 4)}`)]
  return {
    topics: { orders: { records } },
    apps: { billing: app(consume, params, { retries, faults }) },
    faults,
  }
}

/** A consumer that starts when the writers have ended. */
export function withReader(chance: Chance, plan: Parts): Parts {
  const params = consumeParameters(chance)
  if (chance.happens(0.25)) Object.assign(params, throwing(chance, ['m0', 'm1']))
  const id = 'transactionalId' in (plan.apps['shop']!.params as object) ? 'shop' : 'orders'
  const reader: AppSettings = {
    ...app(consume, params, { retries, faults: [] }),
    startAt: effect('produced', { id, nth: 1 }),
  }
  return { ...plan, apps: { ...plan.apps, billing: reader } }
}

export function copyPlan(chance: Chance): Parts {
  const records = seeds(chance, chance.integer(2, 3), 1)
  const values = records.map(({ value }) => value)
  const params: CopyParameters = {
    from: 'orders',
    to: 'charges',
    group: 'billing',
    transactionalId: 'billing-orders-0',
    aborts: chance.happens(0.3) ? [chance.pick(values)] : [],
  }
  const faults = copyFaults(chance, params, values)
  return {
    topics: { orders: { records }, charges: {} },
    apps: { billing: app(copy, params, { retries, faults }) },
    faults,
  }
}
