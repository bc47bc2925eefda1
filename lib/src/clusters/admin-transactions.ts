/**
 * Transactions around a run. EndTxn is answered once the decision is logged; the markers, and with
 * them visibility and committed offsets, come after (`TransactionCoordinator.endTransaction`). Who
 * reads the logs right after a commit may miss its marker.
 */
import { describeTransactions } from '../protocol/apis/describe-transactions'
import { errorName } from '../protocol/errors'
import { findCoordinator } from './admin-groups'
import { check, NotYetError, untilDone } from './admin-retry'
import type { WireClient } from './wire-client'

/**
 * Resolves when no decided transaction of these ids still waits for its markers. One that is open
 * stays open and is not waited for; an id that no coordinator knows is no error.
 */
export async function markersWritten(
  client: WireClient,
  transactionalIds: string[],
): Promise<void> {
  for (const transactionalId of transactionalIds) {
    const what = `Markers of transactional id ${transactionalId}`
    await untilDone(what, async () => {
      const coordinator = await findCoordinator(client, { transactionalId })
      const request = { transactionalIds: [transactionalId] }
      const answer = await client.request(coordinator, describeTransactions, request)
      const state = answer.transactionStates[0]
      if (state === undefined) throw new NotYetError(`broker ${coordinator} left it out`)
      if (errorName(state.errorCode) === 'TRANSACTIONAL_ID_NOT_FOUND') return
      check(what, state.errorCode)
      if (/^Prepare/.test(state.transactionState)) throw new NotYetError(state.transactionState)
    })
  }
}
