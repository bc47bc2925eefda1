/** The course's notebooks as they are committed: no lint, and cells that tslab's compiler takes. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { checkCells } from '../../setup/notebooks/cells'
import { lint, problemText } from '../../setup/notebooks/lint'
import { notebooksIn, readNotebook } from '../../setup/notebooks/notebook'

const folder = path.resolve(__dirname, '../../notebooks')
const files = notebooksIn(folder)
const siblings = files.map((file) => path.basename(file))

describe('The notebooks of the course', () => {
  for (const file of files) {
    const name = path.basename(file)

    it(`${name} has no lint`, () => {
      const problems = lint(readNotebook(file), { siblings })
      assert.equal(problems.map((one) => problemText(name, one)).join('\n'), '')
    })

    it(`${name} passes the kernel's own type check`, () => {
      const problems = checkCells(readNotebook(file), folder)
      const texts = problems.map((one) => `${name}, ${one.cell}:${one.line} ${one.message}`)
      assert.equal(texts.join('\n'), '')
    })
  }
})
