import assert from 'node:assert/strict'
import { sweepBars, sweepTable } from '../../../lib/src/charts/sweep'
import { sweepOf } from '../../../lib/src/checker'
import { sweptShop } from '../../support/explored'
import { items, texts } from './drawn'

describe('the picture of a sweep', () => {
  it('divides each bar by the runs that showed each guarantee', () => {
    const parts = items(sweepBars(sweptShop()), 'fill').filter(({ tip }) => tip !== undefined)
    const widths = parts.map(({ tip, x, x2 }) => [tip!.title, tip!.seen, tip!.runs, Number(x2) - x])
    assert.deepEqual(widths, [
      ['delivery to orders', 'exactly once', 5, 162.5],
      ['delivery to orders', 'at most once', 2, 65],
      ['delivery to orders', 'no verdict', 1, 32.5],
      ['processing of charge', 'exactly once', 7, 227.5],
      ['processing of charge', 'no verdict', 1, 32.5],
      ['delivery to orders', 'exactly once', 8, 260],
      ['processing of charge', 'exactly once', 7, 227.5],
      ['processing of charge', 'nothing happened', 1, 32.5],
    ])
  })

  it('names variations and guarantees, and says that the share is of a model', () => {
    const drawn = texts(sweepBars(sweptShop()))
    assert.ok(drawn.includes('acks 1, fault leader dies') && drawn.includes('5 exactly once'))
    assert.match(drawn.join(' '), /not how often a real cluster does/)
  })

  it('states where every run was exactly once', () => {
    assert.equal(
      sweepBars(sweptShop()).finding,
      'delivery to orders: exactly once in every run of 1 of 2 variations; ' +
        'processing of charge: exactly once in every run of 0 of 2 variations; 8 seeds each',
    )
  })

  it('states the counts themselves of a single variation', () => {
    const { seeds, variations } = sweptShop()
    const { finding } = sweepBars(sweepOf(seeds, variations.slice(0, 1)))
    assert.match(finding, /^delivery to orders: 5 exactly once, 2 at most once and 1 no verdict; /)
  })

  it('refuses what is no result of sweep', () => {
    assert.throws(() => sweepBars({} as never), { name: 'TypeError', message: /await sweep\(lab/ })
  })
})

describe('the table of a sweep', () => {
  it('gives each count its interval, a seed to run again, and the messages', () => {
    const { columns, rows, note } = sweepTable(sweptShop())
    assert.deepEqual(
      columns.map(({ title }) => title),
      [
        'acks',
        'fault',
        'stage',
        'seen',
        'runs',
        'share (95 %)',
        'first seed',
        'messages of all runs',
      ],
    )
    assert.deepEqual(
      rows[1]!.map(({ text }) => text),
      [
        ...['1', 'leader dies', 'delivery to orders', 'at most once'],
        ...['2 of 8', '3–65 %', '3', '12 once, 2 lost'],
      ],
    )
    assert.match(note!, /^1 run without a verdict, first RunError: nothing passed .* \(seed 5\); /)
  })
})
