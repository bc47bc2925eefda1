/** The course's notebooks as they are committed: no lint, and cells that tslab's compiler takes. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { CellCheck } from '../../setup/notebooks/cells'
import { lint, problemText } from '../../setup/notebooks/lint'
import { notebooksIn, readNotebook } from '../../setup/notebooks/notebook'

const folder = path.resolve(__dirname, '../../notebooks')
const files = notebooksIn(folder)
const siblings = files.map((file) => path.basename(file))

describe('The notebooks of the course', () => {
  let check: CellCheck

  before(() => void (check = new CellCheck(folder)))
  after(() => check.close())

  for (const file of files) {
    const name = path.basename(file)

    it(`${name} has no lint`, () => {
      const problems = lint(readNotebook(file), { siblings })
      assert.equal(problems.map((one) => problemText(name, one)).join('\n'), '')
    })

    it(`${name} passes the kernel's own type check`, () => {
      const problems = check.problems(readNotebook(file))
      const texts = problems.map((one) => `${name}, ${one.cell}:${one.line} ${one.message}`)
      assert.equal(texts.join('\n'), '')
    })
  }
})
