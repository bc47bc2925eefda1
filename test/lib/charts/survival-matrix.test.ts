import assert from 'node:assert/strict'
import { palette } from '../../../lib/src/charts/palette'
import { survivalMatrix } from '../../../lib/src/charts/survival-matrix'
import { sweptBrokers, sweptBrokersMatrix } from '../../support/swept-brokers'
import { items, texts } from './drawn'

const fields = () =>
  items(survivalMatrix(sweptBrokers(), sweptBrokersMatrix), 'fill').filter(
    ({ tip }) => tip !== undefined,
  )

describe('the matrix of a sweep', () => {
  it('has a field per variation, with the worst that befell a message', () => {
    assert.deepEqual(
      fields().map(({ tip }) => [tip!.acks, tip!['min ISR'], tip!.leader, tip!.title, tip!.runs]),
      [
        ['1', '1', 'stays', 'survives', '2 of 2'],
        ['1', '1', 'dies', 'acked and lost', '1 of 2'],
        ['1', '2', 'stays', 'survives', '2 of 2'],
        ['1', '2', 'dies', 'acked and lost', '2 of 2'],
        ['all', '1', 'stays', 'there, twice', '1 of 2'],
        ['all', '1', 'dies', 'unknown, gone', '2 of 2'],
        ['all', '2', 'stays', 'refused', '2 of 2'],
        ['all', '2', 'dies', 'no verdict', '2 of 2'],
      ],
    )
  })

  it('colours what is lost as lost everywhere, and says in how many runs where not in all', () => {
    const lost = fields().filter(({ stroke }) => stroke === palette.lost)
    assert.equal(lost.length, 2)
    const drawn = texts(survivalMatrix(sweptBrokers(), sweptBrokersMatrix))
    assert.ok(drawn.includes('acked and lost (1)') && drawn.includes('acked and lost'))
  })

  it('puts fields of one row side by side and of one column below each other', () => {
    const [first, second, third] = fields()
    assert.equal(first!.y, second!.y)
    assert.equal(first!.x, third!.x)
    assert.ok(first!.x < second!.x && first!.y < third!.y)
  })

  it('counts the fields in its finding', () => {
    assert.equal(
      survivalMatrix(sweptBrokers(), sweptBrokersMatrix).finding,
      'Of 8 fields, acked and lost in 2; unknown, gone in 1; refused in 1; there, twice in 1; ' +
        'survives in 2',
    )
  })

  it('refuses what is no sweep, and dimensions that are not its own', () => {
    assert.throws(() => survivalMatrix({} as never, sweptBrokersMatrix), /await sweep\(/)
    assert.throws(() => survivalMatrix(sweptBrokers(), { rows: ['acks'], columns: ['leader'] }), {
      name: 'RangeError',
      message: /name each dimension of the sweep once: acks, min ISR and leader/,
    })
  })
})
