import assert from 'node:assert/strict'
import {
  batchRows,
  decide,
  markerRows,
  type Attempt,
  type MarkerAttempt,
} from '../../../../lib/src/simulation/log/idempotence-table'
import type { ProducerEntry } from '../../../../lib/src/simulation/log/producer-state'
import { PartitionLog } from '../../../../lib/src/simulation/log/partition-log'
import { data, inTransaction, marker, settings, told } from './batches'

const maxSequence = 0x7fff_ffff

/** Epoch 3, one batch of two records at offset 10, the last sequence being `lastSequence`. */
function entryUpTo(lastSequence: number): ProducerEntry {
  const batch = { baseOffset: 10, lastOffset: 11, timestampMs: 0 }
  return {
    producerEpoch: 3,
    coordinatorEpoch: 5,
    lastTimestampMs: 0,
    batches: [{ ...batch, baseSequence: lastSequence - 1, lastSequence }],
  }
}

const afterMarker: ProducerEntry = {
  producerEpoch: 3,
  coordinatorEpoch: 5,
  lastTimestampMs: 0,
  batches: [],
}

type Changes = Partial<Omit<Attempt, 'batch'>> & { batch?: Partial<Attempt['batch']> }

function attempt(changes: Changes): Attempt {
  return {
    origin: 'client',
    entry: entryUpTo(8),
    transaction: 'none',
    verification: 'missing',
    lowestUnverifiedSequence: undefined,
    ...changes,
    batch: {
      producerEpoch: 3,
      baseSequence: 9,
      recordCount: 1,
      transactional: false,
      ...changes.batch,
    },
  }
}

const nothingKnown = { entry: undefined }
const coordinators = { baseSequence: -1, transactional: true }

/** What happens, the row that decides it, the verdict. */
const cases: [claim: string, row: number, verdict: string, changes: Changes][] = [
  ['the same batch again', 0, 'duplicate', { batch: { baseSequence: 7, recordCount: 2 } }],
  [
    'the same again in a transaction since aborted',
    0,
    'duplicate',
    { batch: { baseSequence: 7, recordCount: 2, transactional: true } },
  ],
  ['a first transactional batch', 1, 'INVALID_TXN_STATE', { batch: { transactional: true } }],
  [
    "a coordinator's first, not confirmed",
    1,
    'INVALID_TXN_STATE',
    { origin: 'coordinator', batch: coordinators },
  ],
  [
    'the transaction open here is of another epoch',
    1,
    'INVALID_TXN_STATE',
    { transaction: 'open', batch: { transactional: true, producerEpoch: 4, baseSequence: 0 } },
  ],
  ['an older epoch', 2, 'INVALID_PRODUCER_EPOCH', { batch: { producerEpoch: 2 } }],
  [
    "an older epoch, a coordinator's",
    2,
    'INVALID_PRODUCER_EPOCH',
    { origin: 'coordinator', verification: 'given', batch: { ...coordinators, producerEpoch: 2 } },
  ],
  [
    'the next while a smaller one waits',
    3,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { lowestUnverifiedSequence: 8, verification: 'given', batch: { transactional: true } },
  ],
  [
    'the first of an unknown producer while a smaller one waits',
    3,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { ...nothingKnown, lowestUnverifiedSequence: 8 },
  ],
  [
    'a newer epoch that goes on counting',
    4,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { batch: { producerEpoch: 4 } },
  ],
  ['a gap of one', 5, 'OUT_OF_ORDER_SEQUENCE_NUMBER', { batch: { baseSequence: 10 } }],
  [
    'older than what is remembered',
    5,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { batch: { baseSequence: 1 } },
  ],
  [
    'the same first sequence and fewer records',
    5,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { batch: { baseSequence: 7, recordCount: 1 } },
  ],
  [
    'the same last sequence and fewer records',
    5,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { batch: { baseSequence: 8, recordCount: 1 } },
  ],
  [
    'after a marker of this epoch, not from 0 on',
    5,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { entry: afterMarker, batch: { baseSequence: 9 } },
  ],
  [
    '0 before the largest sequence was reached',
    5,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    { entry: entryUpTo(maxSequence - 1), batch: { baseSequence: 0 } },
  ],
  ['a plain batch in an open transaction', 6, 'INVALID_TXN_STATE', { transaction: 'open' }],
  ['an unknown producer, from 9 on', 7, 'append', nothingKnown],
  ['a newer epoch from 0 on', 8, 'append', { batch: { producerEpoch: 4, baseSequence: 0 } }],
  ['the next', 9, 'append', {}],
  [
    '0 after the largest sequence',
    9,
    'append',
    { entry: entryUpTo(maxSequence), batch: { baseSequence: 0 } },
  ],
  [
    '0 after a marker of this epoch',
    9,
    'append',
    { entry: afterMarker, batch: { baseSequence: 0 } },
  ],
  [
    'the next of an open transaction, without a question',
    9,
    'append',
    { transaction: 'open', batch: { transactional: true } },
  ],
  [
    "a coordinator's, which has no sequence",
    9,
    'append',
    { origin: 'coordinator', verification: 'given', batch: coordinators },
  ],
  [
    'the smallest of those that wait, confirmed',
    9,
    'append',
    { lowestUnverifiedSequence: 9, verification: 'given', batch: { transactional: true } },
  ],
]

type Marker = MarkerAttempt['marker']

const markerCases: [claim: string, row: number, verdict: string, marker: Marker][] = [
  ['an older epoch', 0, 'INVALID_PRODUCER_EPOCH', markerOf(2, 5)],
  ['an older coordinator', 1, 'TRANSACTION_COORDINATOR_FENCED', markerOf(3, 4)],
  ['the same epoch', 2, 'append', markerOf(3, 5)],
  ['a newer epoch and coordinator', 2, 'append', markerOf(4, 6)],
]

function markerOf(producerEpoch: number, coordinatorEpoch: number): Marker {
  return { verdict: 'commit', producerEpoch, coordinatorEpoch }
}

describe('the idempotence table', () => {
  for (const [claim, row, verdict, changes] of cases) {
    it(`${claim}: ${verdict}`, () => {
      const each = attempt(changes)
      assert.equal(
        batchRows.findIndex(({ applies }) => applies(each)),
        row,
      )
      assert.equal(decide(batchRows, each), verdict)
    })
  }

  for (const [claim, row, verdict, each] of markerCases) {
    it(`a marker of ${claim}: ${verdict}`, () => {
      const entry = entryUpTo(8)
      assert.equal(
        markerRows.findIndex(({ applies }) => applies({ marker: each, entry })),
        row,
      )
      assert.equal(decide(markerRows, { marker: each, entry }), verdict)
    })
  }

  it('has a case for every row', () => {
    const rows = (list: readonly { when: string }[]) => list.map((_, index) => index)
    assert.deepEqual([...new Set(cases.map(([, row]) => row))], rows(batchRows))
    assert.deepEqual([...new Set(markerCases.map(([, row]) => row))], rows(markerRows))
  })
})

describe('a log and its producers', () => {
  it('remembers the last five batches of a producer, and no sixth', () => {
    const log = new PartitionLog(settings)
    for (let sequence = 0; sequence < 12; sequence += 2) data(log, { id: 7, sequence, count: 2 })
    const again = [0, 2, 4, 6, 8, 10].map((sequence) =>
      told(data(log, { id: 7, sequence, count: 2 })),
    )
    assert.deepEqual(again, [
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'duplicate of 2-3',
      'duplicate of 4-5',
      'duplicate of 6-7',
      'duplicate of 8-9',
      'duplicate of 10-11',
    ])
    assert.equal(log.endOffset, 12)
  })

  it('answers a duplicate with the timestamp of the batch it repeats', () => {
    const log = new PartitionLog(settings)
    const first = data(log, { id: 7, sequence: 0, timestampMs: 1234 })
    assert.deepEqual(first, {
      outcome: 'appended',
      baseOffset: 0,
      lastOffset: 0,
      logAppendTimeMs: -1,
    })
    const again = data(log, { id: 7, sequence: 0, timestampMs: 9999 })
    assert.deepEqual(again, {
      outcome: 'duplicate',
      baseOffset: 0,
      lastOffset: 0,
      logAppendTimeMs: 1234,
    })
  })

  it('counts on from 0 within a batch that reaches the largest sequence', () => {
    const log = new PartitionLog(settings)
    const across = { id: 7, sequence: maxSequence - 1, count: 3 }
    data(log, across)
    assert.equal(told(data(log, across)), 'duplicate of 0-2')
    assert.equal(told(data(log, { id: 7, sequence: 0 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(told(data(log, { id: 7, sequence: 1 })), '3')
  })

  it('counts each producer apart', () => {
    const log = new PartitionLog(settings)
    assert.equal(told(data(log, { id: 7, sequence: 0 })), '0')
    assert.equal(told(data(log, { id: 8, sequence: 0 })), '1')
    assert.equal(told(data(log, { id: 7, sequence: 1 })), '2')
  })

  it('forgets the batches of an epoch when a newer one writes', () => {
    const log = new PartitionLog(settings)
    data(log, { id: 7, epoch: 0, sequence: 0 })
    assert.equal(told(data(log, { id: 7, epoch: 1, sequence: 0 })), '1')
    assert.equal(told(data(log, { id: 7, epoch: 0, sequence: 1 })), 'INVALID_PRODUCER_EPOCH')
    assert.equal(told(data(log, { id: 7, epoch: 1, sequence: 0 })), 'duplicate of 1')
  })

  it('fences by a marker of a newer epoch, and wants 0 from that epoch then', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 7, 0)
    assert.equal(told(marker(log, 'abort', { id: 7, epoch: 1 })), '1')
    assert.equal(told(inTransaction(log, 7, 1)), 'INVALID_PRODUCER_EPOCH')
    assert.equal(told(data(log, { id: 7, epoch: 1, sequence: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(told(data(log, { id: 7, epoch: 1, sequence: 0 })), '2')
  })

  it('goes on counting across transactions of one epoch', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 7, 0)
    marker(log, 'commit', { id: 7 })
    assert.equal(told(inTransaction(log, 7, 0)), 'duplicate of 0')
    assert.equal(told(inTransaction(log, 7, 1)), '2')
  })

  it('takes any sequence of a producer that has expired, but keeps one with an open transaction', () => {
    const log = new PartitionLog(settings)
    data(log, { id: 7, sequence: 0, timestampMs: 1000 })
    data(log, { id: 8, sequence: 0, timestampMs: 1000, kind: 'transactional' })
    log.expireProducers(1000 + settings.producerIdExpirationMs - 1)
    assert.equal(told(data(log, { id: 7, sequence: 5 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    log.expireProducers(1000 + settings.producerIdExpirationMs)
    assert.equal(told(data(log, { id: 7, sequence: 5 })), '2')
    assert.equal(told(inTransaction(log, 8, 5)), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  it('refuses a marker of a coordinator that another has followed', () => {
    const log = new PartitionLog(settings)
    inTransaction(log, 7, 0)
    marker(log, 'commit', { id: 7, coordinatorEpoch: 2 })
    const late = marker(log, 'commit', { id: 7, coordinatorEpoch: 1 })
    assert.equal(told(late), 'TRANSACTION_COORDINATOR_FENCED')
  })
})
