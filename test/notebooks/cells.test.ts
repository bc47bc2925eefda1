/** The type check of cells sees what the kernel would refuse, and takes what the kernel takes. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { CellCheck } from '../../setup/notebooks/cells'
import { readNotebook } from '../../setup/notebooks/notebook'

const fixtures = path.resolve(__dirname, 'fixtures')

describe('The type check of cells', () => {
  let cells: CellCheck
  const check = (name: string) => cells.problems(readNotebook(path.join(fixtures, name)))

  before(() => void (cells = new CellCheck(fixtures)))
  after(() => cells.close())

  it('names the cell, the line and the compiler’s message', () => {
    const message = "Type 'string' is not assignable to type 'number'."
    assert.deepEqual(check('type-error.ipynb'), [{ cell: 'wrong-type', line: 1, message }])
  })

  it('lets a cell use what earlier cells declared and await at the top level', () => {
    assert.deepEqual(check('charts.ipynb'), [])
    assert.deepEqual(check('endless-await.ipynb'), [])
  })

  it('leaves the working directory as it was', () => {
    const before = process.cwd()
    check('type-error.ipynb')
    assert.equal(process.cwd(), before)
  })
})
