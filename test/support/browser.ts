/**
 * JupyterLab in a real Chromium, for tests: the server as `npm start -- --no-browser` starts it,
 * notebooks opened, run and saved as a reader does it. Nothing waits by time: each step waits for
 * what the page or the kernel shows.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type ElementHandle, type Page } from 'playwright-core'
import type { Notebook } from '../../setup/notebooks/notebook'

const root = path.resolve(__dirname, '../..')
const chromiumFlags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

// What `npm start -- --no-browser` runs once set-up is done, which it is where tests run.
const startJupyterLab = `import('./setup/start.mjs')
  .then((start) => start.startJupyterLab(['--no-browser']))
  .then((exitCode) => { process.exitCode = exitCode })`

/** Starting and running a notebook on the local cluster takes less than this. */
export const patienceMs = 240_000

/**
 * The browser's path; where there is none the calling hook's tests are skipped with a line that
 * says so, and with CI set that is a failure.
 */
export async function browserOrSkip(hook: Mocha.Context): Promise<string> {
  const { findChromium } = await import('../../setup/chromium.mjs')
  const { fixFor } = await import('../../setup/advice.mjs')
  const found = findChromium()
  if (found !== null) return found
  const line = `no Chromium or Chrome found; to run the browser tests: ${fixFor('chromium')}`
  assert.ok(!process.env.CI, line)
  console.log(`    skipped: ${line}`)
  return hook.skip()
}

/** A running JupyterLab and a browser for it. */
export class Lab {
  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly address: URL,
  ) {}

  static async open(browserPath: string): Promise<Lab> {
    const server = spawn(process.execPath, ['--eval', startJupyterLab], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const address = await announcedAddress(server)
    const browser = await chromium.launch({ executablePath: browserPath, args: chromiumFlags })
    return new Lab(server, browser, address)
  }

  /** Opens a notebook (path from the project's root) in a fresh browser profile. */
  async notebook(file: string, theme: 'light' | 'dark'): Promise<NotebookPage> {
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 1000 } })
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    await exposeApplication(page)
    const address = new URL(`/lab/tree/${file}`, this.address)
    address.search = `?reset&token=${this.address.searchParams.get('token')}`
    await page.goto(address.href)
    const notebook = new NotebookPage(page)
    await notebook.waitUntilReady()
    await notebook.command('apputils:change-theme', {
      theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light',
    })
    const chosen = `body[data-jp-theme-light="${theme === 'light'}"]`
    await page.waitForSelector(chosen, { state: 'attached' })
    return notebook
  }

  /**
   * A notebook as "Save and Export Notebook As HTML" gives it, opened as a file in a fresh profile
   * without a network.
   */
  async exported(file: string): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 1000 } })
    const address = new URL(`/nbconvert/html/${file}`, this.address)
    address.search = `?token=${this.address.searchParams.get('token')}`
    const answer = await context.request.get(address.href)
    assert.equal(answer.status(), 200, `the export of ${file}`)
    const saved = path.join(artifacts(), `${path.basename(file, '.ipynb')}.html`)
    fs.writeFileSync(saved, await answer.body())
    await context.setOffline(true)
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    await page.goto(pathToFileURL(saved).href)
    return page
  }

  async close(): Promise<void> {
    await this.browser.close()
    if (this.server.exitCode !== null) return
    const closed = once(this.server, 'close')
    process.kill(-(this.server.pid as number), 'SIGINT')
    await closed
  }
}

/**
 * Lets tests reach JupyterLab's application, which a setting in the page's own configuration
 * allows; it is changed when the page's parser has just read it and before any script runs.
 */
async function exposeApplication(page: Page): Promise<void> {
  await page.addInitScript(`new MutationObserver((_, observer) => {
    const settings = document.getElementById('jupyter-config-data')
    if (settings === null) return
    const text = settings.textContent
    settings.textContent = JSON.stringify({ ...JSON.parse(text), exposeAppInBrowser: true })
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })`)
}

async function announcedAddress(server: ChildProcess): Promise<URL> {
  assert.ok(server.stdout)
  const lines: string[] = []
  for await (const line of readline.createInterface({ input: server.stdout })) {
    lines.push(line)
    const address = /http:\/\/127\.0\.0\.1:\S+token=\S+/.exec(line)?.[0]
    if (address === undefined) continue
    server.stdout.resume()
    return new URL(address)
  }
  throw new Error(`JupyterLab announced no address:\n${lines.join('\n')}`)
}

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

  private async scrollTo(chart: Chart): Promise<void> {
    const content = 'globalThis.jupyterapp.shell.currentWidget.content'
    await this.page.evaluate(`${content}.scrollToItem(${chart.index}).then(() => null)`)
    await this.page.waitForFunction(`${nodeOf(chart)}.querySelector('${chart.selector}') !== null`)
  }

  private async waitFor(condition: (app: JupyterApp) => boolean): Promise<void> {
    const text = `globalThis.jupyterapp !== undefined && (${condition})(globalThis.jupyterapp)`
    await this.page.waitForFunction(text)
  }
}

/** Leaves a picture of a page in artifacts/ for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(artifacts(), `${name}.png`) })
}

function artifacts(): string {
  const folder = path.join(root, 'artifacts')
  fs.mkdirSync(folder, { recursive: true })
  return folder
}

const nodeOf = (chart: Chart): string =>
  `globalThis.jupyterapp.shell.currentWidget.content.widgets[${chart.index}].node`

function chartsOf(notebook: Notebook): Chart[] {
  return notebook.cells.flatMap((cell, index) => {
    if (cell.cell_type !== 'code') return []
    const types = cell.outputs.flatMap((one) => ('data' in one ? Object.keys(one.data) : []))
    const selectors = types.flatMap((type) => drawn[type as keyof typeof drawn] ?? [])
    return [...new Set(selectors)].map((selector) => ({ cell: cell.id, index, selector }))
  })
}
