/** Which faults a generated plan has, by what its app does: up to two, and crashes among them. */
import { disconnect, drop, request, response, stored } from '../../lib/src/faults'
import type { Fault } from '../../lib/src/history/plan'
import type {
  ConsumeParameters,
  CopyParameters,
  ProduceParameters,
  TransactParameters,
} from './bodies'
import type { Chance } from './chance'
import {
  crashAtEffect,
  crashAtFrame,
  crashWhenStored,
  frameFault,
  hasAct,
  optional,
} from './generate-faults'
import type { Target } from './generate-faults'

/** None, one or two; a plan without a fault shows that nothing else differs either. */
function several(chance: Chance, draw: () => Fault): Fault[] {
  const count = chance.pick([0, 1, 1, 1, 1, 1, 2, 2, 2, 2])
  return Array.from({ length: count }, draw)
}

export function producerFaults(
  chance: Chance,
  params: ProduceParameters,
  retries: number,
): Fault[] {
  const { acks, sends, order, remembers } = params
  const values = sends.map(([message]) => message!.value)
  const last = values[values.length - 1]!
  const lastAnswered = response('Produce', { value: last, nth: 1 })
  const draw = () => {
    const value = chance.pick(values)
    const target: Target = {
      api: 'Produce',
      match: { value },
      repeated: acks !== 0 && retries > 0 ? 'sent again' : 'sent once',
      ...(value !== last && { copyAt: lastAnswered }),
    }
    // Sends under way together fail together, and retry in an order that is a matter of time.
    if (order === 'together') return frameFault(chance, { ...target, without: ['disconnect'] })
    const kind = chance.pick(['frame', 'frame', 'frame', 'frame', 'frame', 'crash', 'stored'])
    if (kind === 'stored' && remembers === 'each send') {
      return crashWhenStored('sent', chance.integer(1, values.length))
    }
    if (kind === 'crash') return crashAtFrame(chance, target)
    return frameFault(chance, target)
  }
  if (order === 'together') return [draw()]
  return several(chance, draw)
}

/** The append is there or not, the app hears of neither attempt, and goes on with the next send. */
export function exhaustedRetries(chance: Chance, value: string): Fault[] {
  const side = chance.pick([request, response, response])
  return [1, 2].map((nth) =>
    optional(side('Produce', { value, nth }), chance.pick([drop(), disconnect()])),
  )
}

export function transactionFaults(chance: Chance, params: TransactParameters): Fault[] {
  const { transactions, remembers } = params
  const values = transactions.flatMap(({ sends }) => sends.map(([message]) => message!.value))
  const faults = several(chance, () => {
    const kind = chance.pick(['frame', 'frame', 'frame', 'frame', 'frame', 'crash', 'stored'])
    if (kind === 'stored' && remembers === 'each transaction') {
      return crashWhenStored('ended', chance.integer(1, transactions.length))
    }
    const last = response('Produce', { value: values[values.length - 1]!, nth: 1 })
    const ended = stored('ended', { nth: 1 })
    const copyAt = remembers === 'each transaction' ? chance.pick([last, ended]) : last
    const target = chance.pick<Target>([
      { api: 'Produce', match: { value: chance.pick(values) }, repeated: 'sent again', copyAt },
      { api: 'EndTxn', match: { nth: chance.integer(1, transactions.length) }, copyAt },
      { api: 'EndTxn', match: { nth: 1 }, copyAt },
      { api: 'InitProducerId', match: { transactionalId: 'shop' }, copyAt },
      { api: 'AddPartitionsToTxn', match: {}, copyAt },
    ])
    return kind === 'crash' ? crashAtFrame(chance, target) : frameFault(chance, target)
  })
  // A copy comes over a connection of its own: the app waits for what it does.
  if (hasAct(faults, 'resendAt')) params.pauseMs = 150
  return faults
}

export function consumerFaults(
  chance: Chance,
  { topic, commit }: ConsumeParameters,
  { values, partitions }: { values: string[]; partitions: number },
): Fault[] {
  return several(chance, () => {
    const value = chance.pick(values)
    const partition = chance.integer(0, partitions - 1)
    const commits = commit === 'auto' ? 1 : chance.integer(1, 2)
    const committing = { topic, partition, nth: commits }
    if (partitions === 1 && chance.happens(0.25)) return crashAtEffect('charge', value)
    // A lost JoinGroup is missed only after the rebalance timeout and five seconds.
    const slow = ['drop', 'delay'] as const
    const target = chance.pick<Target>([
      { api: 'OffsetCommit', match: committing },
      { api: 'OffsetCommit', match: committing },
      { api: 'JoinGroup', match: { nth: chance.integer(1, 2) }, without: slow },
      { api: 'SyncGroup', match: {}, without: slow },
      { api: 'OffsetFetch', match: {} },
      { api: 'ListOffsets', match: {} },
    ])
    if (partitions === 1 && chance.happens(0.3)) return crashAtFrame(chance, target)
    return frameFault(chance, target)
  })
}

export function copyFaults(
  chance: Chance,
  { to, transactionalId }: CopyParameters,
  values: string[],
): Fault[] {
  return several(chance, () => {
    const nth = chance.integer(1, values.length)
    const value = `copy of ${chance.pick(values)}`
    const target = chance.pick<Target>([
      { api: 'Produce', match: { topic: to, value }, repeated: 'sent again' },
      { api: 'EndTxn', match: { transactionalId, nth } },
      { api: 'TxnOffsetCommit', match: { nth } },
      { api: 'AddOffsetsToTxn', match: { nth: 1 } },
      { api: 'InitProducerId', match: { transactionalId } },
    ])
    return chance.happens(0.35) ? crashAtFrame(chance, target) : frameFault(chance, target)
  })
}
