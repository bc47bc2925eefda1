/** What an app was told of messages in transactions: send and end together decide. */
import assert from 'node:assert/strict'
import { ledger, type Told } from '../../../lib/src/checker/index'
import { HistoryBuilder } from '../../support/history-builder'

function toldOf(history: HistoryBuilder, value = 'order-1'): Told | undefined {
  return ledger(history.build()).find((row) => row.value === value)?.told
}

function told(history: HistoryBuilder, expected: Told): void {
  assert.equal(toldOf(history), expected)
}

describe('what an app was told in a transaction', () => {
  function inTransaction(
    end: (history: HistoryBuilder, transaction: number) => void,
  ): HistoryBuilder {
    const history = new HistoryBuilder()
    const transaction = history.begin()
    history.send(['order-1'], { transaction }).ok()
    end(history, transaction)
    return history
  }

  it('is ok when the commit was acknowledged', () => {
    told(
      inTransaction((history, transaction) => history.commit(transaction).ok()),
      'ok',
    )
  })

  it('is fail when the abort was acknowledged', () => {
    told(
      inTransaction((history, transaction) => history.abort(transaction).ok()),
      'fail',
    )
  })

  it('is info when the outcome of the abort is unknown', () => {
    told(
      inTransaction((history, transaction) => {
        const abort = history.abort(transaction)
        history.endTxn('abort', 'none')
        abort.reject()
      }),
      'info',
    )
  })

  it('is info when the transaction never ended', () => {
    told(
      inTransaction((history) => history.crash('shop')),
      'info',
    )
  })

  it('is info when the commit had no answer', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'none')
        commit.reject()
      }),
      'info',
    )
  })

  it('is info when a commit without an answer is followed by one the client refuses', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'none')
        commit.reject()
        history.commit(transaction).reject('fail')
      }),
      'info',
    )
  })

  it('is fail when the commit was fenced', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'INVALID_PRODUCER_EPOCH')
        commit.reject()
      }),
      'fail',
    )
  })

  it('is info when only one of two requests to commit was refused', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'none').endTxn('commit', 'INVALID_TXN_STATE')
        commit.reject()
      }),
      'info',
    )
  })

  it('is info when a refused commit is followed by one without an answer', () => {
    told(
      inTransaction((history, transaction) => {
        for (const answer of ['INVALID_TXN_STATE', 'none']) {
          const commit = history.commit(transaction)
          history.endTxn('commit', answer)
          commit.reject()
        }
      }),
      'info',
    )
  })

  it('is ok when a commit without an answer is followed by an acknowledged one', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'none')
        commit.reject()
        history.commit(transaction).ok()
      }),
      'ok',
    )
  })

  it('is info when the refusal came after the commit had been rejected', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        commit.reject()
        history.endTxn('commit', 'INVALID_PRODUCER_EPOCH')
      }),
      'info',
    )
  })

  it('is info when the lab made a copy of the request to commit', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'INVALID_PRODUCER_EPOCH', { copy: 'resend' })
        commit.reject()
      }),
      'info',
    )
  })

  it('is fail when the commit was fenced, whatever became of an abort after it', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'INVALID_PRODUCER_EPOCH')
        commit.reject()
        const abort = history.abort(transaction)
        history.endTxn('abort', 'none')
        abort.reject()
      }),
      'fail',
    )
  })

  it('is fail when the send was refused, although the transaction never ended', () => {
    const history = new HistoryBuilder()
    const send = history.send(['order-1'], { transaction: history.begin() })
    history.produce(['order-1'], { answer: 'INVALID_TXN_STATE' })
    send.reject()
    told(history, 'fail')
  })

  it('is info when the coordinator may have failed half-way', () => {
    told(
      inTransaction((history, transaction) => {
        const commit = history.commit(transaction)
        history.endTxn('commit', 'COORDINATOR_NOT_AVAILABLE')
        commit.reject()
      }),
      'info',
    )
  })

  it('is fail when the send was refused, although the commit was acknowledged', () => {
    const history = new HistoryBuilder()
    const transaction = history.begin()
    const send = history.send(['order-1'], { transaction })
    history.produce(['order-1'], { answer: 'INVALID_PRODUCER_EPOCH' })
    send.reject()
    history.commit(transaction).ok()
    told(history, 'fail')
  })

  it('is info when the send had no answer, although the commit was acknowledged', () => {
    const history = new HistoryBuilder()
    const transaction = history.begin()
    const send = history.send(['order-1'], { transaction })
    history.produce(['order-1'], { answer: 'none' })
    send.reject()
    history.commit(transaction).ok()
    told(history, 'info')
  })
})
