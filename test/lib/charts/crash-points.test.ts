import assert from 'node:assert/strict'
import { crashMap, crashTable } from '../../../lib/src/charts/crash-points'
import { lightPalette, palette } from '../../../lib/src/charts/palette'
import { survivalOf } from '../../../lib/src/checker'
import { crashedBilling, crashedPolicies, crashedWidely, stage } from '../../support/explored'
import { items, textItem, texts } from './drawn'

interface DrawnCell {
  title?: unknown
  outcome?: unknown
  fill: unknown
  x: number
  y: number
}

const cells = (chart: ReturnType<typeof crashMap>): DrawnCell[] =>
  items(chart, 'fill').map(({ tip, fill, x, y }) => ({ ...tip, fill, x, y }))

describe('the picture of crash points', () => {
  it('colours each message at each point by whether it is lost, once or twice', () => {
    const found = cells(crashMap(crashedBilling()))
    const twice = found.filter(({ fill }) => fill === lightPalette.repeated)
    assert.deepEqual(
      twice.map(({ fill: _, x: __, y: ___, ...tip }) => tip),
      [
        ['effect charge order-1, once it is done', 'order-1'],
        ['OffsetCommit orders-0@1, before the broker has it', 'order-1'],
        ['effect charge order-2, once it is done', 'order-2'],
        ['OffsetCommit orders-0@2, before the broker has it', 'order-2'],
      ].map(([title, message]) => ({ title, message, outcome: 'reprocessed' })),
    )
    assert.equal(found.length, 14)
  })

  it('sets both sides of one frame into one row, the crash before it on the left', () => {
    const chart = crashMap(crashedBilling())
    const { y } = textItem(chart, 'OffsetCommit orders-0@1')
    const row = cells(chart).filter((cell) => Math.abs(cell.y - y) < 10)
    const sides = row.sort((one, other) => one.x - other.x).map(({ title }) => String(title))
    assert.equal(sides.length, 4)
    assert.match(sides[0]!, /before the broker has it/)
    assert.match(sides[3]!, /before the app hears the answer/)
  })

  it('says every count in letters as well', () => {
    const chart = crashMap(crashedBilling())
    assert.equal(texts(chart).filter((text) => text === '2').length, 4)
    assert.equal(texts(chart).filter((text) => text === '1').length, 10)
  })

  it('states how many points each half of exactly once survived, and the scope', () => {
    const chart = crashMap(crashedBilling())
    assert.equal(
      chart.finding,
      'billing crashed at 7 points: delivery to orders: exactly once survived 7 of 7; ' +
        'processing of charge: at least once survived 7 of 7, at most once refuted at 4 of 7',
    )
    assert.match(texts(chart).join(' '), /one crash of billing per run/)
  })

  it('draws no panel for a stage that no crash changed', () => {
    const drawn = texts(crashMap(crashedBilling()))
    assert.ok(drawn.includes('processing of charge') && !drawn.includes('delivery to orders'))
  })

  it('does not count a run without a verdict as survived', () => {
    const chart = crashMap(crashedBilling('without verdict'))
    assert.match(chart.finding, /at least once survived 6 of 7, .*; 1 run ended without a verdict$/)
    const outcomes = cells(chart).map(({ outcome }) => String(outcome))
    assert.ok(outcomes.includes('no verdict: TimeLimitError: went past its limit'))
  })

  it('keeps the rows and messages that a crash changed when it cuts, and says that it cuts', () => {
    const chart = crashMap(crashedWidely())
    const drawn = texts(chart)
    assert.ok(drawn.includes('Produce number 99') && !drawn.includes('Produce number 59'))
    assert.match(drawn.join(' '), /cut: 16 of 40 messages, 60 of 100 rows/)
    assert.match(drawn.join(' '), /columns from the left: order-1, .* order-11 and 5 more/)
    const lost = cells(chart).filter(({ outcome }) => outcome === 'lost')
    assert.equal(lost.length, 1)
    assert.equal(cells(chart).length, 60 * 16)
  })

  it('refuses what is no result of crashPoints', () => {
    assert.throws(() => crashMap(7 as never), { name: 'TypeError', message: /await crashPoints\(/ })
    assert.throws(() => crashTable({} as never), { name: 'TypeError', message: /^crashTable: / })
  })
})

describe('the picture of crash points under several policies', () => {
  it('draws for a policy that no crash harmed what the others are drawn for', () => {
    const { 'in one write': unharmed, 'saved after': twice } = crashedPolicies()
    const calm = stage('charge', 'exactly once', ['once'])
    const more = { ...unharmed, uncrashed: [...unharmed.uncrashed, calm] }
    const drawn = texts(crashMap({ calm: more, twice }))
    assert.ok(drawn.includes('calm') && drawn.includes('twice'))
    assert.ok(!drawn.some((text) => text.includes('processing of charge')))
  })

  it('draws a topic that is a sink too once', () => {
    const odd = (kind: 'delivery' | 'processing', cell: 'once' | 'duplicated' | 'reprocessed') => {
      const guarantee = cell === 'once' ? 'exactly once' : 'at least once'
      return { ...stage('charges', guarantee, [cell]), stage: kind }
    }
    const uncrashed = [odd('delivery', 'once'), odd('processing', 'once')]
    const base = crashedBilling()
    const stages = [odd('delivery', 'duplicated'), odd('processing', 'reprocessed')]
    const points = base.points.map((point) => ({ ...point, stages }))
    const result = { ...base, uncrashed, points, survival: survivalOf(uncrashed, points) }
    const drawn = texts(crashMap(result))
    assert.ok(drawn.includes('processing of charges') && !drawn.includes('delivery to charges'))
  })

  const policies = () => crashMap(crashedPolicies())

  it('states what each policy does at how many of its points', () => {
    assert.equal(
      policies().finding,
      'One crash of job: saved after repeats at 4 of 12 points, ' +
        'saved before loses at 8 of 12 points, ' +
        'in one write neither loses nor repeats at any of 8 points',
    )
  })

  it('says which apps crashed, and how many runs ended without a verdict', () => {
    const { finding } = crashMap({ one: crashedBilling('without verdict') })
    assert.match(finding, /repeats at 4 of 7 points \(1 run without a verdict\)$/)
    const mixed = crashMap({ one: crashedBilling(), two: crashedWidely() }).finding
    assert.match(mixed, /^One crash of billing: .* two loses at 1 of 100 points$/)
  })

  it('draws a panel per policy, side by side: the rows in the order of the points', () => {
    const chart = policies()
    const titles = Object.keys(crashedPolicies()).map((title) => textItem(chart, title))
    assert.deepEqual(
      [...titles].sort((one, other) => one.x - other.x),
      titles,
    )
    const [, before, last] = titles.map(({ x }) => x)
    const rows = items(chart, 'text')
      .filter(({ text, x }) => x > before! && x < last! && /order-1|done$/.test(String(text)))
      .sort((one, other) => one.y - other.y)
    assert.deepEqual(
      rows.map(({ text }) => text),
      ['store done', 'Produce order-1'],
    )
  })

  it('writes a number where a message is not there once, and fills the cell', () => {
    const odd = (fill: string) => cells(policies()).filter((cell) => cell.fill === fill)
    assert.equal(odd(palette.repeated).length, 4)
    assert.equal(odd(palette.lost).length, 8)
    const numbers = items(policies(), 'text').filter(
      ({ size, text }) => size === 9 && text !== undefined,
    )
    assert.equal(
      numbers.filter(({ text, colour }) => text === '2' && colour !== palette.faint).length,
      4,
    )
    assert.equal(numbers.filter(({ text }) => text === '0').length, 8)
  })

  it('names what a message became under the point, when one hovers', () => {
    const { title, outcome } = cells(policies()).find(({ fill }) => fill === palette.lost)!
    assert.deepEqual([title, outcome], ['store done, once it is done', 'lost'])
  })

  it('names the stage where a crash changed more than one', () => {
    const drawn = texts(crashMap({ job: crashedPolicies()['saved after'], shop: crashedBilling() }))
    assert.ok(drawn.includes('job: delivery to orders'))
    assert.ok(drawn.includes('shop: processing of charge'))
  })

  it('cuts rows and messages that no crash changed first, and says so', () => {
    const drawn = texts(crashMap({ wide: crashedWidely() }))
    assert.ok(drawn.includes('Produce number 99'))
    assert.match(drawn.join(' '), /cut: 16 of 40 messages of wide and 40 of 100 rows of wide/)
  })

  it('refuses no results, and what is none', () => {
    assert.throws(() => crashMap({}), { name: 'TypeError', message: /await crashPoints\(/ })
    assert.throws(() => crashMap({ one: 7 as never }), { name: 'TypeError' })
  })
})

describe('the table of crash points', () => {
  it('says per point which guarantee was seen at each stage, and why', () => {
    const { columns, rows, note } = crashTable(crashedBilling('without verdict'))
    const titles = ['crash at', 'delivery to orders', 'processing of charge', 'because']
    assert.deepEqual(
      columns.map(({ title }) => title),
      titles,
    )
    assert.deepEqual(rows[1], [
      { text: 'effect charge order-1, once it is done' },
      { text: 'exactly once', meaning: 'arrived' },
      { text: 'at least once', meaning: 'repeated' },
      { text: 'at most once: refuted by order-1 (reprocessed)' },
    ])
    assert.deepEqual(
      rows[6]!.slice(1).map(({ text }) => text),
      ['no verdict', 'no verdict', 'TimeLimitError: went past its limit'],
    )
    assert.match(note!, /^one crash of billing per run/)
  })

  it('keeps the points that refute something when it cuts', () => {
    const { rows, note } = crashTable(crashedWidely())
    assert.equal(rows.length, 60)
    assert.match(rows.at(-1)![0]!.text, /^Produce number 99/)
    assert.match(note!, /^cut: 60 of 100 points; /)
  })
})
