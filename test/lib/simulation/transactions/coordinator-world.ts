/**
 * A transaction coordinator between stubs that a script has in its hand: a log whose appends can be
 * held and then answered as the script says, markers that stand when it says so, and a clock that
 * only it moves.
 */
import { errorName, type KafkaErrorName } from '../../../../lib/src/protocol/errors'
import type { CoordinatorRecord } from '../../../../lib/src/simulation/coordinator-log'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import {
  readTransactionRecord,
  transactionRecord,
} from '../../../../lib/src/simulation/transactions/log-record'
import type { TransactionState } from '../../../../lib/src/simulation/transactions/state'
import type {
  TopicPartition,
  TransactionValue,
} from '../../../../lib/src/simulation/transactions/transaction'
import { TransactionCoordinator } from '../../../../lib/src/simulation/transactions/transaction-coordinator'

const hourMs = 3_600_000

/** The record is not in the log after these, at least not in the log of the next leader. */
const withoutRecord: KafkaErrorName[] = ['NOT_ENOUGH_REPLICAS', 'NOT_LEADER_OR_FOLLOWER']

interface HeldAppend {
  records: readonly CoordinatorRecord[]
  done: (error: KafkaErrorName) => void
}

export class CoordinatorWorld {
  private trace: string[] = []
  private readonly clock = new EventQueue()
  private log: CoordinatorRecord[] = []
  private holdsLog = false
  private readonly appends: HeldAppend[] = []
  private readonly markers: (() => void)[] = []
  private holdsIds = false
  private readonly idsAsked: ((id: number | undefined) => void)[] = []
  private nextId = 1000
  private coordinatorEpoch = 5
  private coordinator = this.make()

  /** Carries out one command and tells what it led to. */
  run(command: string): string[] {
    this.trace = []
    const [name, ...words] = command.split(' ')
    const action = this.commands[name!]
    if (action === undefined) throw new Error(`No command is named ${name}: ${command}`)
    action(words, command)
    return this.trace
  }

  private readonly commands: Record<string, (words: string[], command: string) => void> = {
    // record t CompleteCommit 1000/32766 [orders-0]: what an earlier coordinator has logged
    record: ([id, state, producer, ...partitions]) => {
      if (state === 'tombstone') return void this.log.push(transactionRecord(id!, null))
      const value: TransactionValue = {
        state: state as TransactionState,
        ...producerOf(producer),
        timeoutMs: 60_000,
        partitions: partitions.map(partitionOf),
        startedAtMs: state === 'Empty' ? -1 : 0,
        updatedAtMs: 0,
      }
      this.log.push(transactionRecord(id!, value))
    },
    // a broker has become leader with what the log holds; `loaded` when it has read it
    elect: () => {
      this.coordinatorEpoch += 1
      this.coordinator = this.make()
      this.coordinator.replay(this.log)
    },
    loaded: () => this.coordinator.loaded(),
    resign: () => this.coordinator.resign(),
    hold: ([what]) => {
      if (what === 'log') this.holdsLog = true
      else this.holdsIds = true
    },
    free: ([what]) => {
      if (what === 'log') this.holdsLog = false
      else this.holdsIds = false
    },
    // logged [ERROR]: the oldest append that is held is answered
    logged: ([error = 'NONE']) => {
      const { records, done } = oldest(this.appends, 'append')
      const name = error as KafkaErrorName
      if (withoutRecord.includes(name)) this.log = this.log.filter((one) => !records.includes(one))
      done(name)
    },
    marked: () => oldest(this.markers, 'marker')(),
    id: ([id]) =>
      oldest(this.idsAsked, 'request for an id')(id === 'none' ? undefined : Number(id)),
    wait: ([ms]) => {
      const untilMs = this.clock.now() + Number(ms)
      while (this.clock.runNext(untilMs));
      this.clock.passTo(untilMs)
    },
    timers: () => this.tell(this.clock.nextAtMs === undefined ? 'no timer runs' : 'a timer runs'),
    log: () => {
      for (const record of this.log) this.tell(recordText(record))
    },
    init: ([id, timeout = '60000'], command) =>
      this.coordinator.initProducerId(
        { transactionalId: idOf(id), transactionTimeoutMs: Number(timeout) },
        ({ errorCode, producerId, producerEpoch }) =>
          this.reply(command, `${errorName(errorCode)} ${producerId}/${producerEpoch}`),
      ),
    add: ([id, producer, ...partitions], command) => {
      const topics = partitions.map(partitionOf).map(({ topic, partition }) => ({
        topic,
        partitions: [partition],
      }))
      this.coordinator.addPartitionsToTxn(
        { transactionalId: idOf(id), ...producerOf(producer), topics },
        (response) => this.reply(command, partitionErrors(response.topics)),
      )
    },
    'add-offsets': ([id, producer, partition], command) =>
      this.coordinator.addOffsetsToTxn(
        { transactionalId: idOf(id), ...producerOf(producer), groupId: 'group' },
        partitionOf(partition!),
        ({ errorCode }) => this.reply(command, errorName(errorCode)),
      ),
    end: ([id, producer, verdict], command) =>
      this.coordinator.endTxn(
        { transactionalId: idOf(id), ...producerOf(producer), committed: verdict === 'commit' },
        ({ errorCode }) => this.reply(command, errorName(errorCode)),
      ),
    verify: ([id, producer, partition], command) =>
      this.coordinator.verify(
        { transactionalId: idOf(id), ...producerOf(producer) },
        partitionOf(partition!),
        (error) => this.reply(command, error),
      ),
    describe: ([id]) => {
      const told = this.coordinator.describe(idOf(id))
      const { errorCode, transactionState, producerId, producerEpoch } = told
      const topics = told.topics.map(({ topic, partitions }) => `${topic}[${partitions}]`)
      const times = `timeout ${told.transactionTimeoutMs} start ${told.transactionStartTimeMs}`
      const state = `${transactionState} ${producerId}/${producerEpoch} ${times} ${topics.join(' ')}`
      this.tell(errorCode === 0 ? state.trimEnd() : errorName(errorCode))
    },
    list: () => {
      for (const { transactionalId, producerId, state } of this.coordinator.list()) {
        this.tell(`${transactionalId} ${state} ${producerId}`)
      }
    },
  }

  private make(): TransactionCoordinator {
    return new TransactionCoordinator({
      timers: this.clock,
      coordinatorEpoch: this.coordinatorEpoch,
      log: { append: (records, done) => this.append(records, done) },
      nextProducerId: (reply) => {
        if (this.holdsIds) this.idsAsked.push(reply)
        else reply(this.nextId++)
      },
      sendMarkers: (marker, partitions, done) => {
        const { verdict, producerId, producerEpoch, coordinatorEpoch } = marker
        const where = partitions.map(({ topic, partition }) => `${topic}-${partition}`)
        const who = `${producerId}/${producerEpoch} by coordinator epoch ${coordinatorEpoch}`
        this.tell(`markers ${verdict} ${who}: ${where.join(' ')}`)
        this.markers.push(done)
      },
      options: {
        maxTimeoutMs: 900_000,
        abortScanMs: 10_000,
        transactionalIdExpirationMs: 7 * 24 * hourMs,
        expirationScanMs: hourMs,
      },
    })
  }

  private append(records: readonly CoordinatorRecord[], done: HeldAppend['done']): void {
    for (const record of records) this.tell(`append ${recordText(record)}`)
    this.log.push(...records)
    if (this.holdsLog) this.appends.push({ records, done })
    else done('NONE')
  }

  private reply(command: string, answer: string): void {
    this.tell(`(${command}) ${answer}`)
  }

  private tell(line: string): void {
    const now = this.clock.now()
    this.trace.push(now === 0 ? line : `${now} ms: ${line}`)
  }
}

function oldest<T>(waiting: T[], what: string): T {
  const first = waiting.shift()
  if (first === undefined) throw new Error(`No ${what} is waiting`)
  return first
}

function idOf(text: string | undefined): string {
  return text === "''" ? '' : text!
}

function producerOf(text: string | undefined): { producerId: number; producerEpoch: number } {
  const [producerId, producerEpoch] = text!.split('/').map(Number)
  return { producerId: producerId!, producerEpoch: producerEpoch! }
}

function partitionOf(text: string): TopicPartition {
  const dash = text.lastIndexOf('-')
  return { topic: text.slice(0, dash), partition: Number(text.slice(dash + 1)) }
}

function recordText(record: CoordinatorRecord): string {
  const { transactionalId, value } = readTransactionRecord(record)
  if (value === null) return `${transactionalId} tombstone`
  const { state, producerId, producerEpoch, partitions } = value
  const where = partitions.map(({ topic, partition }) => ` ${topic}-${partition}`).join('')
  return `${transactionalId} ${state} ${producerId}/${producerEpoch}${where}`
}

function partitionErrors(
  topics: { topic: string; partitions: { partition: number; errorCode: number }[] }[],
): string {
  return topics
    .flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, errorCode }) => `${topic}-${partition} ${errorName(errorCode)}`),
    )
    .join(', ')
}
