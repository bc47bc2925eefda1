/**
 * What an app was told about the end of its transactions. The answer to a commit is the answer to
 * every send in it: until then a record is in the log but nobody may see it.
 */
import { frames, responses, type Frame } from '../history/frames'
import { operationsNamed, type OperationOf } from '../history/operations'
import { remember } from '../history/remember'
import type { Run } from '../history/run'
import { endTransactionRefusals } from './refusals'

/**
 * - `committed`: a commit was answered with success
 * - `aborted`: an abort was, or every commit was definitively refused. Sound: only an EndTxn with
 *   the verdict commit commits, and each one of this transaction is known not to have done so
 * - `unknown`: anything else, a transaction nobody ended included
 */
export type TransactionEnd = 'committed' | 'aborted' | 'unknown'

type Commit = OperationOf<'commitTransaction'>

/** The EndTxn(commit) frames by the app's attempt and transactional id, in order of leaving. */
function commitFrames(run: Run): Map<string, Frame[]> {
  const found = new Map<string, Frame[]>()
  for (const frame of frames(run.history)) {
    if (frame.api !== 'EndTxn' || frame.direction !== 'request') continue
    if (frame.fields.verdict === 'abort') continue
    const key = `${frame.app}/${frame.attempt}/${frame.fields.transactionalId}`
    const known = found.get(key)
    if (known === undefined) found.set(key, [frame])
    else known.push(frame)
  }
  return found
}

/**
 * Whether a commit was definitively refused: each of its frames was answered, in time for the app
 * to hear it, with an error that says so. With no frame at all the client refused it by itself.
 * Later copies of the frame (`copy`) reach no app's ear and leave the outcome open.
 */
function refused(run: Run, commit: Commit, own: readonly Frame[]): boolean {
  const { end } = commit
  if (end === undefined || commit.outcome === 'ok') return false
  return own.every((frame) => {
    const response = responses(run.history).get(frame.frame)
    const heard =
      response?.fate === 'delivered' && response.met !== undefined && response.met.index < end.index
    return (
      heard &&
      frame.copy === undefined &&
      endTransactionRefusals.has(response.fields.error ?? 'NONE')
    )
  })
}

/** Takes the frames that left after `index` off the end of a list. */
function takeAfter(list: Frame[], index: number): Frame[] {
  const taken: Frame[] = []
  while (list.length > 0 && list[list.length - 1]!.index > index) taken.push(list.pop()!)
  return taken
}

/** The end of each transaction, by the `call` of its `transaction` operation. */
export const transactionEnds: (run: Run) => ReadonlyMap<number, TransactionEnd> = remember(
  (run) => {
    const ends = new Map<number, TransactionEnd>()
    const candidates = commitFrames(run)
    // From the last commit backwards: a frame belongs to the commit asked for before it left.
    const commits = operationsNamed(run.history, 'commitTransaction')
    for (let i = commits.length - 1; i >= 0; i -= 1) {
      const commit = commits[i]!
      const { transactionalId, transaction } = commit.value
      const key = `${commit.app}/${commit.attempt}/${transactionalId}`
      const own = takeAfter(candidates.get(key) ?? [], commit.start.index)
      if (commit.outcome === 'ok') ends.set(transaction, 'committed')
      else if (!refused(run, commit, own)) {
        if (ends.get(transaction) !== 'committed') ends.set(transaction, 'unknown')
      } else if (!ends.has(transaction)) ends.set(transaction, 'aborted')
    }
    for (const abort of operationsNamed(run.history, 'abortTransaction')) {
      const { transaction } = abort.value
      if (abort.outcome === 'ok' && ends.get(transaction) !== 'committed') {
        ends.set(transaction, 'aborted')
      }
    }
    return ends
  },
)
