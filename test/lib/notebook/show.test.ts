import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { sequence } from '../../../lib/src/charts'
import { ledgerTable, mostTableRows } from '../../../lib/src/charts/checker-tables'
import { findAnomalies, ledger, verdict } from '../../../lib/src/checker'
import { crashPoints } from '../../../lib/src/explore/crash-points'
import { sweep } from '../../../lib/src/explore/sweep'
import { bundleOf } from '../../../lib/src/notebook/bundle'
import { progress } from '../../../lib/src/lab/progress'
import { svgOf } from '../../../lib/src/notebook/render'
import { show } from '../../../lib/src/notebook/show'
import { htmlOf } from '../../../lib/src/notebook/tables'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { lostAck } from '../../support/runs/lost-ack'
import { shop, silent } from '../explore/apps'
import { batch, partitionLog, Recording, runOf } from '../../support/runs/recording'

/** What is written to a stream while `act` runs. */
function written(stream: NodeJS.WriteStream, act: () => void): string {
  const original = stream.write
  let text = ''
  stream.write = ((chunk: string) => {
    text += chunk
    return true
  }) as typeof stream.write
  try {
    act()
  } finally {
    stream.write = original
  }
  return text
}

describe('show outside a notebook', () => {
  it('prints the finding of a chart', () => {
    const text = written(process.stdout, () => show(sequence(lostAck())))
    assert.equal(text, 'order-1 was written twice: @0 and @1; the producer was told ok\n')
  })

  it('prints ledger, verdict and anomalies as tables, an empty ledger too', () => {
    const text = written(process.stdout, () => show(ledger(lostAck())))
    assert.match(text, /^1 message: 1 duplicated\n\nmessage  told  stands at +visible/)
    assert.match(
      written(process.stdout, () => show(verdict(lostAck()))),
      /at least once/,
    )
    assert.match(
      written(process.stdout, () => show(findAnomalies(lostAck()))),
      /^1 anomaly/,
    )
    assert.match(
      written(process.stdout, () => show([])),
      /^An empty list/,
    )
  })

  it('prints what crashPoints and sweep gave as the finding of their pictures', async () => {
    const experiment = { topics: { orders: {} }, apps: { shop } }
    const crashed = await crashPoints(experiment, 'shop', { progress: silent })
    assert.match(
      written(process.stdout, () => show(crashed)),
      /^shop crashed at \d+ points: /,
    )
    const swept = await sweep(experiment, { seeds: 2, progress: silent })
    assert.match(
      written(process.stdout, () => show(swept)),
      /2 exactly once; 2 seeds/,
    )
  })

  it('refuses what it cannot show and says what it got', () => {
    const wrong = (value: unknown, message: RegExp) =>
      assert.throws(() => show(value as never), { name: 'TypeError', message })
    wrong(lostAck(), /cannot show a whole run; give it a chart such as sequence\(run\)/)
    wrong(Promise.resolve(1), /a promise \(put `await` before it\)/)
    wrong(undefined, /cannot show undefined/)
    wrong(sequence, /the function sequence/)
    wrong({ a: 1, b: 2 }, /an object with the members a, b/)
    wrong([1], /an array of 1/)
  })
})

describe('a bundle', () => {
  it('holds vega-lite, SVG and the finding, and no HTML that would hide the chart', () => {
    const bundle = bundleOf(sequence(lostAck()))
    assert.deepEqual(Object.keys(bundle).sort(), [
      'application/vnd.vegalite.v5+json',
      'image/svg+xml',
      'text/plain',
    ])
    assert.match(bundle['image/svg+xml']!, /^<svg [^>]*><rect [^>]*fill="white"/)
  })

  it('leaves the chart as it was: drawing changes nothing in it', () => {
    const chart = sequence(lostAck())
    bundleOf(chart)
    assert.deepEqual(chart, sequence(lostAck()))
  })

  it('loads vega only to draw: importing show and the charts loads no chart library', () => {
    const script = `
      require(${JSON.stringify(join(__dirname, '../../../lib/src/notebook/show'))})
      require(${JSON.stringify(join(__dirname, '../../../lib/src/charts'))})
      const loaded = Object.keys(require.cache)
      const charting = loaded.filter((file) => /node_modules.(vega|plotly)/.test(file))
      console.log(loaded.length > 3, charting.length)`
    const args = ['--import', 'tsx', '-e', script]
    assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }), 'true 0\n')
  })
})

describe('a drawing', () => {
  it('fails when vega-lite or vega has a doubt, with its words', () => {
    const spec = {
      ...sequence(lostAck()).spec,
      mark: 'bar',
      layer: undefined,
      encoding: {
        x: { field: 'a', type: 'nominal', scale: { type: 'log' } },
      },
      data: { values: [{ a: 1 }] },
    }
    assert.throws(() => svgOf(spec), /a chart's specification is wrong: .*log/)
  })

  // vega counts the ids of clip paths up within a process.
  it('is the same whatever was drawn before, clip paths included', () => {
    const clipped = {
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      data: { values: [{ a: 1 }] },
      mark: { type: 'point', clip: true },
      encoding: { x: { field: 'a', type: 'quantitative' } },
    }
    const once = svgOf(clipped)
    assert.match(once, /clip/)
    assert.equal(svgOf(clipped), once)
  })

  it('escapes what records hold', () => {
    const logs = [partitionLog('orders', [batch(0, ['<script>&"\'</script>'])])]
    const run = runOf(new Recording(), { logs })
    const html = htmlOf(ledgerTable(ledger(run)))
    assert.ok(html.includes('&lt;script&gt;&amp;&quot;&#39;&lt;/script&gt;'))
    assert.ok(!html.includes('<script'))
  })
})

describe('a table', () => {
  it('carries its style in every cell: no style element, no id, no class, no script', () => {
    assert.doesNotMatch(htmlOf(ledgerTable(ledger(lostAck()))), /<style|<script|\sid=|\sclass=/)
  })

  it('cuts a long ledger, keeps what is odd, and says so', () => {
    const table = ledgerTable(ledger(hundredOrders({ acks: 1, lostEach: 11 })))
    assert.equal(table.rows.length, mostTableRows)
    assert.equal(table.rows.filter((row) => row.at(-1)?.text === 'lost').length, 9)
    assert.equal(table.note, 'cut: 60 of 100 messages')
    assert.match(table.finding, /^100 messages: 91 once, 9 lost/)
  })
})

describe('progress outside a notebook', () => {
  it('writes its steps to stderr, and nothing to stdout', () => {
    const text = written(process.stderr, () => {
      const wait = progress('Kafka 4.4.0')
      wait.step('12 of 38 files')
      wait.done()
    })
    assert.equal(text, 'Kafka 4.4.0: 12 of 38 files\n')
  })
})
