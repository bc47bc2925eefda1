/** A transaction that aborts, one that commits, and one that nobody ended. */
import type { Run } from '../../../lib/src/history/run'
import { batch, message, partitionLog, Recording, runOf, type Sender } from './recording'

const place = { topic: 'charges', partition: 0 }
const ids = { producerId: 2001, producerEpoch: 3 }

export function abortedTransaction(): Run {
  const run = new Recording()
  const who = { app: 'billing', client: 'producer-1' }
  const transactionalId = 'billing-1'
  run.app('billing', 'started').at(5)
  const init = run.request(who, 3, 'InitProducerId', { transactionalId }, 'delivered')
  run.at(9).answer(init, ids, 'delivered')
  transaction(run.at(12), who, { value: 'charge-1', sequence: 0, verdict: 'abort' })
  transaction(run.at(60), who, { value: 'charge-2', sequence: 1, verdict: 'commit' })
  transaction(run.at(100), who, { value: 'charge-3', sequence: 2 })
  run.app('billing', 'crashed')
  const more = { ...ids, transactional: true }
  const marker = (baseOffset: number, control: 'commit' | 'abort') =>
    batch(baseOffset, [], { ...more, control })
  return runOf(run, {
    topics: { charges: {} },
    logs: [
      partitionLog(
        'charges',
        [
          batch(0, ['charge-1'], { ...more, baseSequence: 0 }),
          marker(1, 'abort'),
          batch(2, ['charge-2'], { ...more, baseSequence: 1 }),
          marker(3, 'commit'),
          batch(4, ['charge-3'], { ...more, baseSequence: 2 }),
        ],
        { lastStableOffset: 4 },
      ),
    ],
    apps: { billing: { attempts: 1, ended: 'crashed', client: {} } },
  })
}

interface Step {
  value: string
  sequence: number
  verdict?: 'commit' | 'abort'
}

function transaction(run: Recording, who: Sender, { value, sequence, verdict }: Step): void {
  const transactionalId = 'billing-1'
  const begun = run.call(who, 'transaction', { transactionalId })
  begun.ok()
  const number = begun.call
  const added = { transactionalId, partitions: [place] }
  run.answer(run.request(who, 3, 'AddPartitionsToTxn', added, 'delivered'), {}, 'delivered')
  const messages = [message('charges', value)]
  const send = run.call(who, 'send', { acks: -1, messages, transaction: number })
  const partitions = [{ ...place, ...ids, values: [value], baseSequence: sequence }]
  const produce = run.request(who, 1, 'Produce', { acks: -1, partitions }, 'delivered')
  run.at(run.timeMs + 4)
  const baseOffset = sequence * 2
  run.answer(produce, { partitions: [{ ...place, baseOffset }] }, 'delivered')
  send.ok({ results: [{ ...place, offset: baseOffset }] })
  if (verdict === undefined) return
  const operation = verdict === 'commit' ? 'commitTransaction' : 'abortTransaction'
  const end = run.call(who, operation, { transactionalId, transaction: number })
  const fields = { transactionalId, verdict, ...ids }
  const asked = run.at(run.timeMs + 1).request(who, 3, 'EndTxn', fields, 'delivered')
  run.at(run.timeMs + 5).answer(asked, {}, 'delivered')
  end.ok()
}
