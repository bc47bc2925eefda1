/**
 * Notebooks as a reader runs them: JupyterLab in a real browser, Run All, look, save. One server
 * serves all tests of this file. The pictures in artifacts/ are for people to look at.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { differences, differenceText } from '../../setup/notebooks/findings'
import type { Notebook, Output } from '../../setup/notebooks/notebook'
import { codeCells, notebooksIn, readNotebook, textOf } from '../../setup/notebooks/notebook'
import { browserOrSkip, Lab, patienceMs } from '../support/browser'
import type { NotebookPage } from '../support/notebook-page'

const root = path.resolve(__dirname, '../..')
const fixture = 'test/notebooks/fixtures/charts.ipynb'
const shownInBrowser = ['00', '01', '02', '04']
const course = notebooksIn(path.join(root, 'notebooks'))
  .filter((file) => shownInBrowser.includes(path.basename(file).slice(0, 2)))
  .map((file) => path.relative(root, file))

const isTrouble = (output: Output): boolean =>
  output.output_type === 'error' || (output.output_type === 'stream' && output.name === 'stderr')

function assertNoTrouble(notebook: Notebook): void {
  for (const cell of codeCells(notebook)) {
    const trouble = cell.outputs.filter(isTrouble)
    assert.deepEqual(trouble, [], `cell "${cell.id}"`)
  }
}

/** The renderers of Vega and plotly add a PNG of what they drew, which the save hook drops. */
function withoutDrawings(notebook: Notebook): Notebook {
  const bare = structuredClone(notebook)
  for (const output of codeCells(bare).flatMap((cell) => cell.outputs)) {
    if ('data' in output) delete output.data['image/png']
  }
  return bare
}

describe('JupyterLab in a browser', function () {
  this.timeout(patienceMs)
  let lab: Lab
  let page: NotebookPage | undefined

  before(async function () {
    lab = await Lab.open(await browserOrSkip(this))
  })
  afterEach(async () => {
    await page?.close()
    page = undefined
  })
  after(async () => {
    await lab?.close()
  })

  for (const theme of ['light', 'dark'] as const) {
    it(`draws Vega and Plotly charts in the ${theme} theme, with a tooltip on hover`, async () => {
      page = await lab.notebook(fixture, theme)
      assertNoTrouble(await page.runAll())
      const charts = await page.charts()
      assert.deepEqual(
        charts.map((chart) => chart.cell),
        ['show-bars', 'show-figure'],
      )
      await page.screenshot(`charts-${theme}`)
      assert.match((await page.tooltip(charts[0]!)) ?? 'no tooltip', /told/)
    })
  }

  it('shows the fields of a frame when the mouse rests on its arrow', async () => {
    page = await lab.notebook('notebooks/04-when-the-ack-is-lost.ipynb', 'light')
    const chart = (await page.charts()).find(({ cell }) => cell === 'sequence-without')
    assert.ok(chart, 'the committed picture is drawn')
    assert.match((await page.tooltip(chart, /Produce/)) ?? 'no tooltip', /acks/)
  })

  it('saves a notebook after Run All byte for byte as the runner writes it', async () => {
    const file = path.join(root, fixture)
    const committed = fs.readFileSync(file, 'utf8')
    try {
      page = await lab.notebook(fixture, 'light')
      await page.runAll()
      await page.charts()
      await page.save()
      assert.equal(fs.readFileSync(file, 'utf8'), committed)
    } finally {
      fs.writeFileSync(file, committed)
    }
  })

  it('lets a reader solve an exercise: the answer as it stands is refused, a right one passes', async () => {
    const file = 'notebooks/04-when-the-ack-is-lost.ipynb'
    page = await lab.notebook(file, 'light')
    await page.runAll()
    assert.match(await page.runCell('exercise-check'), /^04-one-copy: not yet: .*duplicated/)
    const { cells } = readNotebook(path.join(root, file))
    const solution = cells.find(({ id }) => id === 'exercise-solution')
    assert.ok(solution, 'the notebook has a solution')
    await page.write('exercise-answer', textOf(solution.source).replace('Once({', '({'))
    assert.equal(await page.runCell('exercise-answer'), '')
    assert.match(await page.runCell('exercise-check'), /^04-one-copy: passed: /)
    await page.screenshot('04-exercise-solved')
  })

  it('shows a failed cell as trouble instead of waiting for the cells after it', async () => {
    page = await lab.notebook('test/notebooks/fixtures/throwing-cell.ipynb', 'light')
    const ran = await page.runAll()
    assert.throws(() => assertNoTrouble(ran), /throws-here/)
  })

  for (const file of course) {
    const name = path.basename(file, '.ipynb')

    it(`runs ${name} to its committed findings, with all charts drawn`, async () => {
      page = await lab.notebook(file, 'light')
      const ran = await page.runAll()
      assertNoTrouble(ran)
      const found = differences(readNotebook(path.join(root, file)), withoutDrawings(ran))
      assert.equal(found.map(differenceText).join('\n'), '')
      for (const chart of await page.charts()) {
        await page.screenshot(`${name}-${chart.cell}`)
      }
    })
  }
})
