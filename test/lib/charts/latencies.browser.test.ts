/** plotly.js itself draws the figure, in a browser: what it would not understand it would leave out. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { latencies } from '../../../lib/src/charts'
import { browserOrSkip } from '../../support/browser'
import { hundredOrders } from '../../support/runs/hundred-orders'

describe('the latency figure in plotly.js', () => {
  let browser: Browser

  before(async function () {
    const executablePath = await browserOrSkip(this)
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  })
  after(() => browser?.close())

  it('is a figure that plotly.js finds nothing wrong with, and draws line by line', async () => {
    const page = await browser.newPage()
    const { data, layout } = latencies({ one: hundredOrders({ acks: -1 }) }).figure
    await page.setContent('<div id="chart"></div>')
    await page.addScriptTag({
      content: readFileSync(require.resolve('plotly.js/dist/plotly.min.js'), 'utf8'),
    })
    const seen = await page.evaluate(`(async () => {
      const data = ${JSON.stringify(data)}, layout = ${JSON.stringify(layout)}
      const problems = (Plotly.validate(data, layout) || []).map((each) => each.msg)
      await Plotly.newPlot('chart', data, layout)
      return { problems, lines: document.querySelectorAll('#chart .scatterlayer .trace').length }
    })()`)
    assert.deepEqual(seen, { problems: [], lines: data.length })
  })
})
