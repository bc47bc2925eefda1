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
import { type Browser, chromium, type Page } from 'playwright-core'

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
    page.setDefaultTimeout(Number(process.env.PT ?? patienceMs))
    await exposeApplication(page)
    const address = new URL(`/lab/tree/${file}`, this.address)
    address.search = `?reset&token=${this.address.searchParams.get('token')}`
    await page.goto(address.href)
    const notebook = new NotebookPage(page, file)
    await notebook.waitUntilReady()
    await notebook.command('apputils:change-theme', {
      theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light',
    })
    await page.waitForSelector(`body[data-jp-theme-light="${theme === 'light'}"]`)
    return notebook
  }

  async close(): Promise<void> {
    await this.browser.close()
    if (this.server.exitCode !== null) return
    const closed = once(this.server, 'close')
    process.kill(-(this.server.pid as number), 'SIGINT')
    await closed
  }
}

/** Lets the page's scripts reach JupyterLab's application, which a setting in the page allows. */
async function exposeApplication(page: Page): Promise<void> {
  await page.route('**/lab/tree/**', async (route) => {
    const response = await route.fetch()
    const body = await response.text()
    assert.match(body, /"exposeAppInBrowser": false/)
    const exposed = body.replace('"exposeAppInBrowser": false', '"exposeAppInBrowser": true')
    await route.fulfill({ response, body: exposed })
  })
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
  context: {
    isReady: boolean
    model: { dirty: boolean; toJSON(): unknown }
    sessionContext: { session: { kernel: { status: string } | null } | null }
  }
}

export interface ShownOutput {
  output_type: string
  name?: string
  text?: string | string[]
  data?: Record<string, unknown>
}

export interface ShownCell {
  id: string
  cell_type: string
  execution_count?: number | null
  source: string
  outputs?: ShownOutput[]
}

/** One open notebook. */
export class NotebookPage {
  constructor(
    readonly page: Page,
    private readonly file: string,
  ) {}

  async command(id: string, args: object = {}): Promise<void> {
    await this.page.evaluate(
      async ([name, given]) => {
        const app = (globalThis as unknown as { jupyterapp: JupyterApp }).jupyterapp
        await app.commands.execute(name, given)
      },
      [id, args] as const,
    )
  }

  async waitUntilReady(): Promise<void> {
    await this.waitFor((app) => {
      const context = app.shell.currentWidget?.context
      return context?.isReady === true && context.sessionContext.session?.kernel?.status === 'idle'
    })
  }

  /** Clears the committed outputs, runs all cells, and waits for the last cell and the kernel. */
  async runAll(): Promise<ShownCell[]> {
    await this.command('notebook:restart-clear-output', { activate: true }).catch(() => undefined)
    return this.cells()
  }

  /** The cells as they are in the page now. */
  async cells(): Promise<ShownCell[]> {
    const notebook = await this.page.evaluate(() => {
      const app = (globalThis as unknown as { jupyterapp: JupyterApp }).jupyterapp
      return app.shell.currentWidget?.context.model.toJSON()
    })
    return (notebook as { cells: ShownCell[] }).cells
  }

  private async waitFor(condition: (app: JupyterApp) => boolean): Promise<void> {
    const text = `(globalThis.jupyterapp !== undefined && (${condition})(globalThis.jupyterapp))`
    await this.page.waitForFunction(text, undefined, { timeout: Number(process.env.PT ?? patienceMs) })
  }
}
