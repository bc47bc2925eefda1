import assert from 'node:assert/strict'
import { openInstants } from '../../../lib/src/charts/open-instants'
import { crashedBilling, crashedWidely, crashedWithoutHarm } from '../../support/explored'

describe('the table of open instants', () => {
  const rows = (ways: Parameters<typeof openInstants>[0]) =>
    openInstants(ways).rows.map((row) => row.map(({ text }) => text))

  it('says per way what survived all points, and where it is open', () => {
    assert.deepEqual(rows({ 'process first': crashedBilling() }), [
      [
        ...['process first', 'billing', 'survived 7 of 7', 'refuted at 4 of 7'],
        'effect charge order-1, once it is done; ' +
          'OffsetCommit orders-0@1, before the broker has it; ' +
          'effect charge order-2, once it is done; and 1 more',
      ],
    ])
  })

  it('colours a refuted half by its harm', () => {
    const meanings = openInstants({ twice: crashedBilling(), lost: crashedWidely() }).rows
    assert.deepEqual(
      meanings.map((row) => row.slice(2, 4).map(({ meaning }) => meaning)),
      [
        ['arrived', 'repeated'],
        ['lost', 'arrived'],
      ],
    )
  })

  it('says what was not shown: a run without a verdict survives nothing', () => {
    const [row] = rows({ billing: crashedBilling('without verdict') })
    assert.deepEqual(row!.slice(2, 4), ['not shown at 1 of 7', 'refuted at 4 of 7'])
  })

  it('names the ways without an open instant in its finding', () => {
    assert.equal(
      openInstants({ open: crashedBilling(), closed: crashedWithoutHarm() }).finding,
      'each message once at every crash point: closed',
    )
    assert.match(openInstants({ open: crashedBilling() }).finding, /^none of 1 way survived/)
  })

  it('does not call closed what was not shown', () => {
    const unshown = { closed: crashedWithoutHarm('without verdict') }
    assert.match(openInstants(unshown).finding, /^none of 1 way survived/)
  })

  it('refuses what crashPoints did not give', () => {
    assert.throws(() => openInstants({ run: {} as never }), {
      name: 'TypeError',
      message: "openInstants: 'run' is not what await crashPoints(…) gave",
    })
  })
})
