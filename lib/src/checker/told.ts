/**
 * What an app was told about each message, told from the outside: by how its sends completed and,
 * for rejected ones, by what the broker answered to each Produce request that carried the message.
 * kafkajs's last error says nothing about its earlier attempts, so only the frames can turn a
 * rejection into a definite no.
 *
 * A message sent more than once has the best of its sends (ok, then sent, info, fail). Sound: an
 * acknowledgement is a promise that no later refusal of another copy takes back; and `fail` claims
 * that the message is nowhere, which needs every send to have failed definitely.
 */
import { frames, responses, type Frame } from '../history/frames'
import { messageKey } from '../history/messages'
import { operationsNamed, type OperationOf } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { produceRefusals, produceRefusalsWithoutWaiting } from './refusals'
import { transactionEnds, type TransactionEnd } from './transactions'

/**
 * - `ok`: acknowledged; in a transaction, its commit too
 * - `sent`: acks 0, handed to the socket
 * - `info`: nobody knows: timeout, disconnect, crash, no answer
 * - `fail`: every attempt was definitively refused, or the transaction aborted
 */
export type SendTold = 'ok' | 'sent' | 'info' | 'fail'

export type Send = OperationOf<'send'>

/** A Produce request that carried (or may have carried) a message. */
interface Attempt {
  frame: Frame
  partition: number
}

const rank: Record<SendTold, number> = { fail: 0, info: 1, sent: 2, ok: 3 }

/** The better of two answers. */
export function better(one: SendTold, other: SendTold): SendTold {
  return rank[one] >= rank[other] ? one : other
}

function senderKey({ app, attempt }: { app: string; attempt: number }): string {
  return `${app}/${attempt}`
}

/** Produce requests by sender and message, only for the messages of rejected sends. */
function attemptsOfRejected(run: Run, rejected: readonly Send[]): Map<string, Attempt[]> {
  const found = new Map<string, Attempt[]>()
  for (const send of rejected) {
    for (const { topic, value } of send.value.messages) {
      found.set(`${senderKey(send)}/${messageKey(topic, value)}`, [])
    }
  }
  if (found.size === 0) return found
  for (const frame of frames(run.history)) {
    if (frame.api !== 'Produce' || frame.direction !== 'request') continue
    for (const { topic, partition, values } of frame.fields.partitions ?? []) {
      for (const value of values ?? []) {
        const key = `${senderKey(frame)}/${messageKey(topic, value)}`
        found.get(key)?.push({ frame, partition })
      }
    }
  }
  return found
}

/**
 * Whether the app heard, before its send was rejected, that this attempt appended nothing. An
 * answer that comes later no longer reaches the caller, and the lab's own copies answer to nobody.
 */
function refused(run: Run, attempt: Attempt, topic: string, rejectedAt: number): boolean {
  const { frame, partition } = attempt
  const response = responses(run.history).get(frame.frame)
  if (frame.copy !== undefined || response?.fate !== 'delivered') return false
  if (response.met === undefined || response.met.index > rejectedAt) return false
  const answer = response.fields.partitions?.find(
    (entry) => entry.topic === topic && entry.partition === partition,
  )
  const error = answer?.error ?? response.fields.error
  if (error === undefined) return false
  const waits = frame.fields.acks === undefined || frame.fields.acks === -1
  return produceRefusals.has(error) || (!waits && produceRefusalsWithoutWaiting.has(error))
}

function inTransaction(told: SendTold, end: TransactionEnd): SendTold {
  if (told === 'fail' || end === 'aborted') return 'fail'
  return end === 'committed' ? told : 'info'
}

/**
 * What a send was told, transaction aside. A rejection is `fail` when each attempt that left with
 * the message between this send and the sender's next one of it was refused; with no attempt at
 * all the client refused by itself and nothing can be in the log.
 */
function toldBySend(
  run: Run,
  send: Send,
  attempts: (topic: string, value: string | null) => readonly Attempt[],
): SendTold[] {
  if (send.outcome === 'ok') {
    const told: SendTold = send.value.acks === 0 ? 'sent' : 'ok'
    return send.value.messages.map(() => told)
  }
  const { end } = send
  if (end === undefined) return send.value.messages.map(() => 'info')
  return send.value.messages.map(({ topic, value }) =>
    attempts(topic, value).every((attempt) => refused(run, attempt, topic, end.index))
      ? 'fail'
      : 'info',
  )
}

/** Takes what left after `index` off the end of a list. */
function takeAfter(list: Attempt[], index: number): Attempt[] {
  const taken: Attempt[] = []
  while (list.length > 0 && list[list.length - 1]!.frame.index > index) taken.push(list.pop()!)
  return taken
}

export interface ToldSend {
  send: Send
  /** What the send alone was told, message by message. */
  appended: SendTold[]
  /** The same with the end of its transaction. */
  told: SendTold[]
}

/** Every send with what it was told, in the order of invocation. */
export const toldSends: (run: Run) => readonly ToldSend[] = remember((run) => {
  const sends = operationsNamed(run.history, 'send')
  const index = attemptsOfRejected(
    run,
    sends.filter(({ outcome }) => outcome !== 'ok'),
  )
  const ends = transactionEnds(run)
  const found: ToldSend[] = []
  // From the last send backwards: an attempt belongs to the last send of its message before it.
  for (const send of [...sends].reverse()) {
    const appended = toldBySend(run, send, (topic, value) => {
      const list = index.get(`${senderKey(send)}/${messageKey(topic, value)}`) ?? []
      return takeAfter(list, send.start.index)
    })
    const { transaction } = send.value
    const end = transaction === undefined ? undefined : (ends.get(transaction) ?? 'unknown')
    const told = end === undefined ? appended : appended.map((one) => inTransaction(one, end))
    found.push({ send, appended, told })
  }
  return found.reverse()
})
