import assert from 'node:assert/strict'
import { anomalies, findAnomalies } from '../../../../lib/src/checker/index'
import { HistoryBuilder } from '../../../support/history-builder'

describe('the table of anomalies', () => {
  it('files each finding under its own name', () => {
    const history = new HistoryBuilder({ orders: {} }, { intended: { orders: ['late'] } })
    history.send(['A']).ok()
    history.send(['B']).ok()
    const run = history.log(['B', 'B']).committed(2).build()
    for (const [name, find] of Object.entries(anomalies)) {
      for (const anomaly of find(run)) assert.equal(anomaly.name, name)
    }
    const names = findAnomalies(run).map(({ name }) => name)
    assert.deepEqual(names, ['lost-write', 'missing', 'duplicate', 'unseen'])
  })

  it('finds nothing in a run without a fault', () => {
    const history = new HistoryBuilder()
    for (const value of ['A', 'B']) {
      const send = history.send([value])
      history.produce([value])
      send.ok()
      history.charge(value)
    }
    assert.deepEqual(findAnomalies(history.log(['A', 'B']).committed(2).build()), [])
  })
})
