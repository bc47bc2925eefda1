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
import { type Browser, chromium, type Page } from 'playwright-core'
import { artifacts } from './artifacts'
import { NotebookPage } from './notebook-page'

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
