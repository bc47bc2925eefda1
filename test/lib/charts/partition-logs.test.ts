import assert from 'node:assert/strict'
import { palette } from '../../../lib/src/charts/palette'
import { mostCells, partitionLogs } from '../../../lib/src/charts/partition-logs'
import { abortedTransaction } from '../../support/runs/aborted-transaction'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { leaderKilled } from '../../support/runs/leader-killed'
import { lostAck } from '../../support/runs/lost-ack'
import { numberedBatches } from '../../support/runs/numbered-batches'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'
import { items, textItem, texts } from './drawn'

const boxes = (chart: ReturnType<typeof partitionLogs>) => items(chart, 'fill')

describe('partitionLogs', () => {
  it('draws a cell per offset and highlights both copies of a message', () => {
    const chart = partitionLogs(lostAck())
    assert.deepEqual(
      boxes(chart).map(({ stroke }) => stroke),
      [palette.repeated, palette.repeated],
    )
    assert.deepEqual(
      boxes(chart).map(({ tip }) => [tip?.title, tip?.offset]),
      [
        ['order-1', 0],
        ['order-1', 1],
      ],
    )
  })

  it('draws the disk of a dead leader only where it held what the log does not', () => {
    const chart = partitionLogs(leaderKilled())
    assert.deepEqual(
      texts(chart).filter((text) => text.startsWith('disk')),
      ['disk of broker 1'],
    )
    const ghosts = boxes(chart).filter(({ stroke }) => stroke === palette.lost)
    assert.deepEqual(
      ghosts.map(({ tip }) => tip?.title),
      ['order-2'],
    )
    const twin = leaderKilled()
    twin.replicaLogs = twin.replicaLogs.filter(({ alive }) => alive)
    assert.ok(texts(partitionLogs(twin)).every((text) => !text.startsWith('disk')))
  })

  it('tells a different record at the same offset from the same one', () => {
    const run = runOf(new Recording(), {
      logs: [partitionLog('orders', [batch(0, ['a'], { leaderEpoch: 2 })])],
      replicaLogs: [
        { topic: 'orders', partition: 0, broker: 3, alive: true, batches: [batch(0, ['b'])] },
      ],
    })
    assert.ok(texts(partitionLogs(run)).includes('disk of broker 3'))
  })

  it('names producer, epoch and sequence, counting sequences within a batch', () => {
    const ids = { producerId: 7, producerEpoch: 1, baseSequence: 4 }
    const logs = [partitionLog('orders', [batch(0, ['a', 'b'], ids)])]
    const told = texts(partitionLogs(runOf(new Recording(), { logs })))
    assert.ok(told.includes('pid 7, ep 1, seq 4') && told.includes('pid 7, ep 1, seq 5'))
  })

  it('draws once what was acknowledged again and not written, behind the last cell', () => {
    const chart = partitionLogs(numberedBatches())
    const ghost = textItem(chart, '@6, @2 and @7')
    assert.ok(ghost.x > textItem(chart, 'order-8').x)
    assert.equal(texts(chart).filter((text) => text === 'acked again').length, 1)
    assert.ok(!texts(partitionLogs(lostAck())).includes('acked again'))
  })

  it('draws control markers, aborted and open records, and both marks', () => {
    const chart = partitionLogs(abortedTransaction())
    const told = texts(chart)
    for (const text of ['ABORT', 'COMMIT', 'aborted', 'committed', 'open transaction']) {
      assert.ok(told.includes(text), text)
    }
    const stable = textItem(chart, 'last stable offset 4').x
    const high = textItem(chart, 'high watermark 5').x
    const open = textItem(chart, 'charge-3').x
    assert.ok(stable < open && open < high)
  })

  it('cuts a long log in the middle, keeps what is odd, and says how much is gone', () => {
    const run = hundredOrders({ acks: 1, duplicatedEach: 50 })
    const chart = partitionLogs(run)
    assert.ok(boxes(chart).length <= mostCells)
    assert.equal(boxes(chart).filter(({ stroke }) => stroke === palette.repeated).length, 4)
    const gone = 102 - boxes(chart).length
    assert.ok(texts(chart).includes(`cut: ${gone} offsets in the middle of long logs`))
    const cells = texts(chart).flatMap((text) => /^(\d+) more$/.exec(text)?.[1] ?? [])
    assert.equal(
      cells.reduce((sum, number) => sum + Number(number), 0),
      gone,
    )
  })

  it('draws an empty log as empty and refuses a topic that is not there', () => {
    const logs = [partitionLog('orders', [])]
    assert.ok(texts(partitionLogs(runOf(new Recording(), { logs }))).includes('empty'))
    assert.throws(() => partitionLogs(lostAck(), { topics: ['order'] }), {
      name: 'RangeError',
      message: "partitionLogs: this run has no topic 'order'; it has orders",
    })
  })
})
