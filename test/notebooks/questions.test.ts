/** The index of questions leads to headings that exist, and the README to notebooks that exist. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { notebooksIn, readNotebook, textOf } from '../../setup/notebooks/notebook'

const root = join(__dirname, '..', '..')
const folder = join(root, 'notebooks')

/** As JupyterLab makes them of headings. */
function anchorsOf(notebook: string): string[] {
  return readNotebook(join(folder, notebook)).cells.flatMap((cell) => {
    if (cell.cell_type !== 'markdown') return []
    const headings = textOf(cell.source).match(/^#+ .*$/gm) ?? []
    return headings.map((heading) => heading.replace(/^#+ /, '').trim().replaceAll(' ', '-'))
  })
}

const index = readFileSync(join(folder, 'questions.md'), 'utf8')
const links = [...index.matchAll(/\]\(<([^#>]+)#([^>]+)>\)/g)].map(([, notebook, anchor]) => ({
  notebook: notebook!,
  anchor: anchor!,
}))

describe('the index of questions', () => {
  it('leads from every question to a heading that is there', () => {
    const questions = index.match(/^- /gm) ?? []
    assert.equal(links.length, questions.length)
    assert.ok(links.length > 40, `${links.length} questions`)
    const broken = links.filter(({ notebook, anchor }) => !anchorsOf(notebook).includes(anchor))
    assert.deepEqual(broken, [])
  })

  it('leads to every notebook', () => {
    const files = notebooksIn(folder).map((file) => basename(file))
    const led = new Set(links.map(({ notebook }) => notebook))
    assert.deepEqual(
      files.filter((file) => !led.has(file)),
      [],
    )
  })
})

for (const page of ['README.md', 'CONTRIBUTING.md']) {
  it(`${page} leads to files that are there`, () => {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target!)
    assert.ok(targets.length > 0)
    assert.deepEqual(
      targets.filter((target) => !existsSync(join(root, target))),
      [],
    )
  })
}
