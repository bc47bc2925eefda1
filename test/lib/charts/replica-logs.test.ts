import assert from 'node:assert/strict'
import { epochPalette, palette } from '../../../lib/src/charts/palette'
import { mostOffsets, replicaLogs } from '../../../lib/src/charts/replica-logs'
import { diskLost } from '../../support/runs/disk-lost'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { leaderKilled } from '../../support/runs/leader-killed'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { items, textItem, texts } from './drawn'

const cells = (chart: ReturnType<typeof replicaLogs>) =>
  items(chart, 'fill').filter(({ tip }) => tip !== undefined)

describe('replicaLogs', () => {
  it('colours each record by its leader epoch, and the one that is gone as a ghost', () => {
    const drawn = cells(replicaLogs(leaderKilled()))
    const seen = drawn.map(({ tip, fill, stroke }) => [
      tip!.title,
      epochPalette.findIndex((one) => one.fill === fill),
      stroke === palette.lost,
    ])
    const both = [
      ['order-1', 0, false],
      ['order-3', 1, false],
    ]
    const bySide = (one: unknown[], other: unknown[]) => (String(one) < String(other) ? -1 : 1)
    const wanted = [...both, ...both, ['order-1', 0, false], ['order-2', 0, true]]
    assert.deepEqual(seen.sort(bySide), wanted.sort(bySide))
  })

  it('states which record was cut off, of which broker, and what stands there', () => {
    assert.equal(
      replicaLogs(leaderKilled()).finding,
      'order-2 of leader epoch 0, @1 of broker 1, is cut off: ' +
        'order-3 of leader epoch 1 stands there',
    )
  })

  it('says who led in each epoch, which brokers are dead, and where the high watermark is', () => {
    const chart = replicaLogs(leaderKilled())
    const told = texts(chart)
    for (const text of ['leader epoch 0, led by broker 1', 'leader epoch 1, led by broker 2']) {
      assert.ok(told.includes(text), text)
    }
    assert.deepEqual(
      told.filter((text) => ['dead', 'running'].includes(text)),
      ['dead', 'running', 'running'],
    )
    const mark = textItem(chart, 'high watermark 2').x
    assert.ok(cells(chart).every(({ x }) => x < mark))
  })

  it('of a lost disk shows what its answers said was there', () => {
    const chart = replicaLogs(diskLost())
    assert.ok(texts(chart).includes('lost its disk'))
    const answers = cells(chart).filter(({ tip }) => tip!.state === 'ghost in an answer')
    assert.deepEqual(
      answers.map(({ tip }) => [tip!.title, tip!.offset, tip!['leader epoch']]),
      [
        ['order-1', 0, 'not on a disk'],
        ['order-2', 1, 'not on a disk'],
      ],
    )
    assert.equal(chart.finding, '3 records of orders-0 are cut off: the log ends at 0')
  })

  it('says so when the disks agree with the log', () => {
    const run = leaderKilled()
    const calm = { ...run, replicaLogs: run.replicaLogs.slice(1), history: [] }
    assert.equal(replicaLogs(calm).finding, 'No disk of orders-0 holds a record that its log lacks')
  })

  it('cuts a long log, and says how much is gone', () => {
    const run = hundredOrders({ acks: 1 })
    const { logs } = run
    const replicaLogsOfIt = [{ ...logs[0]!, broker: 1, alive: true }]
    const chart = replicaLogs({ ...run, replicaLogs: replicaLogsOfIt })
    assert.ok(cells(chart).length <= mostOffsets)
    assert.match(texts(chart).join(' '), /cut: 90 offsets before these/)
  })

  it('refuses a partition that the run does not have', () => {
    assert.throws(() => replicaLogs(leaderKilled(), { topic: 'payments' }), {
      name: 'RangeError',
      message: 'replicaLogs: no partition payments-0 in this run; it has orders-0',
    })
    assert.throws(() => replicaLogs(abortedTransaction(), { partition: 9 }), /no partition \S+-9/)
  })
})
