/**
 * What a lint rule of notebooks is: a name, and a function from a notebook to its problems. Rules
 * read notebooks only; the few that need the folder get the file names in the context.
 */
import type { Cell, CodeCell, Notebook } from '../notebook'
import { codeCells, textOf } from '../notebook'

export interface Context {
  /** The names of all notebooks in the folder, for links. */
  siblings: string[]
}

export interface Problem {
  rule: string
  /** The cell's id; null for the notebook as a whole. */
  cell: string | null
  /** What is wrong and what to do instead. */
  message: string
}

export interface Rule {
  name: string
  find(notebook: Notebook, context: Context): Omit<Problem, 'rule'>[]
}

/** A rule that looks at each cell by itself; the check returns messages. */
export function cellRule(name: string, check: (cell: Cell) => string[]): Rule {
  const find = (notebook: Notebook) =>
    notebook.cells.flatMap((cell) => check(cell).map((message) => ({ cell: cell.id, message })))
  return { name, find }
}

/** A rule that looks at each code cell by itself. */
export function codeRule(name: string, check: (source: string, cell: CodeCell) => string[]): Rule {
  const find = (notebook: Notebook) =>
    codeCells(notebook).flatMap((cell) =>
      check(textOf(cell.source), cell).map((message) => ({ cell: cell.id, message })),
    )
  return { name, find }
}
