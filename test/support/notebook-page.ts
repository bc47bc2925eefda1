/**
 * One notebook that is open in JupyterLab: run, written, looked at and saved as a reader does it.
 * Nothing waits by time: each step waits for what the page or the kernel shows.
 */
import assert from 'node:assert/strict'
import type { ElementHandle, Page } from 'playwright-core'
import { codeCells, textOf } from '../../setup/notebooks/notebook'
import type { CodeCell, Notebook } from '../../setup/notebooks/notebook'
import { screenshot } from './artifacts'

/** What the tests use of JupyterLab's application object in the page. */
interface JupyterApp {
  commands: { execute(id: string, args?: object): Promise<unknown> }
  shell: { currentWidget: NotebookWidget | null }
}

interface NotebookWidget {
  content: { widgets: { node: unknown }[]; scrollToItem(index: number): Promise<void> }
  context: {
    isReady: boolean
    model: { dirty: boolean; toJSON(): Notebook }
    sessionContext: { session: { kernel: { status: string } | null } | null }
  }
}

const drawn = {
  'application/vnd.vegalite.v5+json': '.vega-embed canvas, .vega-embed svg',
  'application/vnd.vega.v5+json': '.vega-embed canvas, .vega-embed svg',
  'application/vnd.plotly.v1+json': '.js-plotly-plot .main-svg',
}

/** An output that a renderer draws, and what its cell then holds. */
interface Chart {
  cell: string
  index: number
  selector: string
}

/** One open notebook. */
export class NotebookPage {
  constructor(private readonly page: Page) {}

  /** Runs one of JupyterLab's commands and waits for it. */
  async command(id: string, args: object = {}): Promise<void> {
    const given = `${JSON.stringify(id)}, ${JSON.stringify(args)}`
    const call = `globalThis.jupyterapp.commands.execute(${given})`
    await this.page.evaluate(`${call}.then(() => null)`)
  }

  async waitUntilReady(): Promise<void> {
    await this.waitFor((app) => {
      const context = app.shell.currentWidget?.context
      return context?.isReady === true && context.sessionContext.session?.kernel?.status === 'idle'
    })
  }

  /** Clears the outputs, runs all cells, and waits until the last has run or one has failed. */
  async runAll(): Promise<Notebook> {
    await this.command('notebook:clear-all-cell-outputs')
    await this.command('notebook:run-all-cells')
    await this.waitFor((app) => {
      const context = app.shell.currentWidget?.context
      if (context?.sessionContext.session?.kernel?.status !== 'idle') return false
      const code = context.model.toJSON().cells.flatMap((one) => ('outputs' in one ? [one] : []))
      const outputs = code.flatMap((cell) => cell.outputs)
      if (outputs.some((one) => 'name' in one && one.name === 'stderr')) return true
      return code.every((cell) => cell.source.length === 0 || cell.execution_count !== null)
    })
    return this.notebook()
  }

  /** Replaces a cell's text as a reader does: into the cell, select all, type. */
  async write(cell: string, text: string): Promise<void> {
    const editor = await this.editorOf(cell)
    await editor.click()
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.insertText(text)
  }

  /** Puts the cursor into a cell, presses Shift+Enter, waits for its new output; the printed text. */
  async runCell(cell: string): Promise<string> {
    const before = (await this.codeCell(cell)).execution_count
    await (await this.editorOf(cell)).click()
    await this.page.keyboard.press('Shift+Enter')
    const ran = `globalThis.jupyterapp !== undefined && (${hasRunAgain})(
      globalThis.jupyterapp, ${JSON.stringify(cell)}, ${JSON.stringify(before)})`
    await this.page.waitForFunction(ran)
    const { outputs } = await this.codeCell(cell)
    return outputs.flatMap((one) => ('text' in one ? textOf(one.text) : [])).join('')
  }

  /** The notebook as it is in the page now. */
  async notebook(): Promise<Notebook> {
    const text = 'globalThis.jupyterapp.shell.currentWidget.context.model.toJSON()'
    return (await this.page.evaluate(text)) as Notebook
  }

  /** Waits until every chart is drawn, each scrolled into view; returns them. */
  async charts(): Promise<Chart[]> {
    const charts = chartsOf(await this.notebook())
    for (const chart of charts) await this.scrollTo(chart)
    return charts
  }

  /** Moves the mouse over a chart, row by row, until such a tooltip shows; its text, or null. */
  async tooltip(chart: Chart, wanted = /./): Promise<string | null> {
    await this.scrollTo(chart)
    const drawing = `${nodeOf(chart)}.querySelector('${chart.selector}')`
    const picture = await this.page.evaluateHandle(drawing)
    const box = await picture.asElement()?.boundingBox()
    assert.ok(box, `the chart of cell "${chart.cell}" has no size`)
    const steps = Array.from({ length: 40 }, (_, step) => (step + 0.5) / 40)
    for (const down of steps) {
      for (const right of steps) {
        await this.page.mouse.move(box.x + right * box.width, box.y + down * box.height)
        const tooltip = await this.page.$('.vg-tooltip.visible')
        const text = await tooltip?.innerText()
        if (text !== undefined && wanted.test(text)) return text
      }
    }
    return null
  }

  /** Saves as the reader does. */
  async save(): Promise<void> {
    await this.command('docmanager:save')
    await this.waitFor((app) => app.shell.currentWidget?.context.model.dirty === false)
  }

  /** What a renderer drew of a chart, with the inputs that belong to it, scrolled into view. */
  async drawing(chart: Chart): Promise<ElementHandle> {
    await this.scrollTo(chart)
    const found = await this.page.evaluateHandle(`${nodeOf(chart)}.querySelector('.vega-embed')`)
    const drawing = found.asElement()
    assert.ok(drawing, `the chart of cell "${chart.cell}" is not one of Vega's`)
    return drawing
  }

  /** Leaves a picture in artifacts/ for people to look at. */
  async screenshot(name: string): Promise<void> {
    await screenshot(this.page, name)
  }

  /** Ends the kernel (and with it its cluster) and closes the page. */
  async close(): Promise<void> {
    await this.command('kernelmenu:shutdown').finally(() => this.page.context().close())
  }

  private async codeCell(cell: string): Promise<CodeCell> {
    const found = codeCells(await this.notebook()).find(({ id }) => id === cell)
    assert.ok(found, `the notebook has no code cell "${cell}"`)
    return found
  }

  private async editorOf(cell: string): Promise<ElementHandle> {
    const index = (await this.notebook()).cells.findIndex(({ id }) => id === cell)
    await this.scrollToItem(index)
    const editor = `${nodeOf({ index })}.querySelector('.cm-content')`
    await this.page.waitForFunction(`${editor} !== null`)
    const found = (await this.page.evaluateHandle(editor)).asElement()
    assert.ok(found, `the cell "${cell}" has no editor`)
    return found
  }

  private async scrollToItem(index: number): Promise<void> {
    const content = 'globalThis.jupyterapp.shell.currentWidget.content'
    await this.page.evaluate(`${content}.scrollToItem(${index}).then(() => null)`)
  }

  private async scrollTo(chart: Chart): Promise<void> {
    await this.scrollToItem(chart.index)
    await this.page.waitForFunction(`${nodeOf(chart)}.querySelector('${chart.selector}') !== null`)
  }

  private async waitFor(condition: (app: JupyterApp) => boolean): Promise<void> {
    const text = `globalThis.jupyterapp !== undefined && (${condition})(globalThis.jupyterapp)`
    await this.page.waitForFunction(text)
  }
}

const nodeOf = ({ index }: { index: number }): string =>
  `globalThis.jupyterapp.shell.currentWidget.content.widgets[${index}].node`

/** In the page: the cell was run once more, and the kernel rests. */
function hasRunAgain(app: JupyterApp, cell: string, before: number | null): boolean {
  const context = app.shell.currentWidget?.context
  if (context?.sessionContext.session?.kernel?.status !== 'idle') return false
  const found = context.model.toJSON().cells.find(({ id }) => id === cell)
  if (found === undefined || !('execution_count' in found)) return false
  return found.execution_count !== null && found.execution_count !== before
}

function chartsOf(notebook: Notebook): Chart[] {
  return notebook.cells.flatMap((cell, index) => {
    if (cell.cell_type !== 'code') return []
    const types = cell.outputs.flatMap((one) => ('data' in one ? Object.keys(one.data) : []))
    const selectors = types.flatMap((type) => drawn[type as keyof typeof drawn] ?? [])
    return [...new Set(selectors)].map((selector) => ({ cell: cell.id, index, selector }))
  })
}
