/**
 * A run that plays, as readers meet it: in JupyterLab, whose Vega draws it, and in the page that
 * JupyterLab exports, which brings Vega along. The same hands press the same buttons in both.
 */
import assert from 'node:assert/strict'
import type { ElementHandle, Page } from 'playwright-core'
import { codeCells } from '../../setup/notebooks/notebook'
import { screenshot } from '../support/artifacts'
import { browserOrSkip, Lab, patienceMs } from '../support/browser'
import type { NotebookPage } from '../support/notebook-page'

const fixture = 'test/notebooks/fixtures/player.ipynb'

/** A player on a page: what it writes and what can be pressed. */
class Player {
  constructor(private readonly root: ElementHandle) {}

  /** Every text that is shown. */
  async texts(): Promise<string[]> {
    const found = await this.root.$$('svg text')
    const texts = await Promise.all(found.map((one) => one.textContent()))
    return texts.map(String)
  }

  async press(button: string): Promise<void> {
    await (await this.textNode(button)).click({ force: true })
  }

  /** Presses the track at a place from 0 (its begin) to 1. */
  async pressTrack(place: number): Promise<void> {
    const track = await this.root.waitForSelector('g.track path')
    const box = await track.boundingBox()
    assert.ok(box)
    const position = { x: box.width * place, y: box.height / 2 }
    await track.click({ position })
  }

  async type(step: string): Promise<void> {
    const input = await this.root.waitForSelector('input[type=number]')
    await input.fill(step)
  }

  async pressKey(key: string): Promise<void> {
    await (await this.root.waitForSelector('input[type=number]')).press(key)
  }

  /** Waits until this text is shown; returns all texts then. */
  async shows(text: string): Promise<string[]> {
    await this.textNode(text)
    return this.texts()
  }

  private async textNode(text: string): Promise<ElementHandle> {
    return this.root.waitForSelector(`svg text:text-is("${text}")`, { state: 'attached' })
  }
}

const copies = (texts: string[]): number =>
  texts.filter((text) => text === 'one of 2 copies').length

/** Steps, plays, pauses, jumps: the same in every place that draws the chart. */
async function playThrough(player: Player, look: (name: string) => Promise<void>): Promise<void> {
  const begin = await player.shows('step 0 of 19')
  assert.ok(begin.includes('Before the first event'))
  assert.ok(!begin.some((text) => text.startsWith('Produce') || text.startsWith('@')))

  await player.press('step')
  await player.shows('shop: send order-1')
  await player.press('step')
  const written = await player.shows('shop → broker 1: Produce order-1')
  assert.ok(written.includes('@0'), 'the record appears where its request arrives')
  assert.ok(!written.some((text) => text.includes('lost')), 'the answer is yet to come')

  await player.press('play')
  const playing = await player.shows('broker 1 → shop: ok @0, lost: connection cut')
  assert.ok(playing.includes('pause'), 'the button now pauses')
  await look('playing')
  await player.press('pause')
  await player.shows('play')

  await player.press('end')
  const end = await player.shows('step 19 of 19')
  for (const text of ['@0', '@1', 'group billing committed 2', 'done', 'charge order-1, again']) {
    assert.ok(end.includes(text), text)
  }
  assert.equal(copies(end), 2)
  await look('end')

  await player.type('8')
  const half = await player.shows('step 8 of 19, 10 ms')
  assert.ok(half.includes('billing: charge order-1') && !half.includes('@1'))
  assert.equal(copies(half), 0, 'no copy of a message that is written once so far')
  await player.pressKey('ArrowUp')
  await player.shows('step 9 of 19, 10 ms')
  await look('inputs')
  await player.press('back')
  await player.shows('step 8 of 19, 10 ms')
  await player.pressTrack(0.5)
  await look('half')
  const middle = (await player.texts()).find((text) => /^step \d+ of 19/.test(text))
  assert.match(String(middle), /^step (9|10) of/)
  await player.press('start')
  await player.shows('Before the first event')
}

describe('a run that plays', function () {
  this.timeout(patienceMs)
  let lab: Lab
  let notebook: NotebookPage | undefined

  before(async function () {
    lab = await Lab.open(await browserOrSkip(this))
  })
  afterEach(async () => {
    await notebook?.close()
    notebook = undefined
  })
  after(() => lab?.close())

  async function playerIn(page: NotebookPage): Promise<Player> {
    const [chart] = await page.charts()
    assert.ok(chart, 'the notebook has a chart')
    return new Player(await page.drawing(chart))
  }

  it('steps and plays in JupyterLab once its notebook has run', async () => {
    notebook = await lab.notebook(fixture, 'light')
    const ran = await notebook.runAll()
    assert.equal(
      codeCells(ran).every(({ execution_count }) => execution_count !== null),
      true,
    )
    const player = await playerIn(notebook)
    await playThrough(player, (name) => notebook!.screenshot(`player-light-${name}`))
  })

  it('steps and plays in the dark theme from the output that is committed', async () => {
    notebook = await lab.notebook(fixture, 'dark')
    const player = await playerIn(notebook)
    await playThrough(player, (name) => notebook!.screenshot(`player-dark-${name}`))
  })

  it('steps and plays in the exported page, without a network', async () => {
    const page: Page = await lab.exported(fixture)
    const chart = await page.waitForSelector('.chart-live:visible')
    const shown = await page.$$('.chart-still:visible')
    assert.equal(shown.length, 0, 'the still picture makes way')
    await playThrough(new Player(chart), (name) => screenshot(page, `player-exported-${name}`))
    await page.context().close()
  })
})
