/**
 * Rules for how a notebook reads: its opening question, the sizes of cells and functions, and that
 * each experiment is followed by an assertion of what it found.
 */
import ts from 'typescript'
import type { Notebook } from '../notebook'
import { hasTag, textOf } from '../notebook'
import type { Rule } from './rule'
import { cellRule, codeRule } from './rule'
import { descendants, parseCell } from './syntax'

export const limits = {
  cells: 60,
  codeLines: 12,
  appBodyLines: 25,
  functionLines: 8,
  words: 120,
}

export const opensWithQuestion: Rule = {
  name: 'opens-with-question',
  find(notebook) {
    const first = notebook.cells[0]
    const heading = first?.cell_type === 'markdown' ? textOf(first.source).split('\n')[0] : ''
    if (/^# \S.*\?$/.test(heading ?? '')) return []
    const message = 'the first cell must open with a heading "# …?": the question it answers'
    return [{ cell: first?.id ?? null, message }]
  },
}

export const notebookSize: Rule = {
  name: 'notebook-size',
  find: ({ cells }) =>
    cells.length > limits.cells
      ? [{ cell: null, message: `${cells.length} cells; at most ${limits.cells}` }]
      : [],
}

const lineCount = (text: string): number => text.trim().split('\n').length

/** A function whose parameter has the type App is an app's body. */
function isAppBody(node: ts.Node): boolean {
  if (!ts.isFunctionLike(node)) return false
  const parameter = node.parameters[0]
  return parameter?.type?.getText() === 'App'
}

export const codeCellSize = codeRule('code-cell-size', (source) => {
  const hasBody = descendants(parseCell(source)).some(isAppBody)
  const limit = hasBody ? limits.appBodyLines : limits.codeLines
  const lines = lineCount(source)
  return lines > limit ? [`${lines} lines of code; at most ${limit}`] : []
})

export const functionSize = codeRule('function-size', (source) => {
  const tree = parseCell(source)
  const functions = descendants(tree, (node) => !isAppBody(node)).filter(ts.isFunctionLike)
  return functions.flatMap((node) => {
    const lines = lineCount(node.getText(tree))
    if (isAppBody(node) || lines <= limits.functionLines) return []
    return [`a function of ${lines} lines; at most ${limits.functionLines}, longer ones go to lib`]
  })
})

/** Folded-away text and fenced code do not count. */
export const proseSize = cellRule('prose-size', (cell) => {
  if (cell.cell_type !== 'markdown') return []
  const shown = textOf(cell.source)
    .replace(/<details[\s\S]*?<\/details>/g, '')
    .replace(/```[\s\S]*?```/g, '')
  const words = shown.split(/\s+/).filter((word) => /\w/.test(word)).length
  return words > limits.words ? [`${words} words; at most ${limits.words}`] : []
})

const runs = /\blab\.run\b/
const asserts = /\b(expect[A-Z]\w*|assert\w*)\s*[(.]|\b(check|claim)\s*\(/

/** From a run to the next heading of the same or a higher rank some cell asserts what it showed. */
export const runIsAsserted: Rule = {
  name: 'run-is-asserted',
  find: (notebook) =>
    sections(notebook).flatMap((cells) => {
      const code = cells.filter((cell) => cell.cell_type === 'code' && !hasTag(cell, 'exercise'))
      const texts = code.map((cell) => textOf(cell.source))
      const last = texts.map((text) => runs.test(text)).lastIndexOf(true)
      if (last < 0 || texts.slice(last).some((text) => asserts.test(text))) return []
      const message = 'assert what the run showed (expectVerdict, claim) before the next heading'
      return [{ cell: code[last]?.id ?? null, message }]
    }),
}

/** A chart or table of a run shows what happened; a run alone shows nothing. */
export const runIsShown: Rule = {
  name: 'run-is-shown',
  find: (notebook) =>
    sections(notebook).flatMap((cells) => {
      const code = cells.filter((cell) => cell.cell_type === 'code')
      const run = code.find((cell) => runs.test(textOf(cell.source)))
      const shown = code.some((cell) => /\bshow\s*\(/.test(textOf(cell.source)))
      if (run === undefined || shown) return []
      return [{ cell: run.id, message: 'show the run (show(…)) before the next heading' }]
    }),
}

/** The reader predicts before the run: prose stands between the heading and the run cell. */
export const runIsPredicted: Rule = {
  name: 'run-is-predicted',
  find: (notebook) =>
    sections(notebook).flatMap((cells) => {
      const place = cells.findIndex((c) => c.cell_type === 'code' && runs.test(textOf(c.source)))
      if (place < 0) return []
      const prose = cells.slice(0, place).filter((cell) => cell.cell_type === 'markdown')
      const text = prose.map((cell) => textOf(cell.source)).join('\n')
      if (text.replace(/^#.*$/m, '').trim() !== '') return []
      return [{ cell: cells[place]?.id ?? null, message: 'say before the run what will be seen' }]
    }),
}

/** The cells from each heading of rank 1 or 2 to the next. */
function sections(notebook: Notebook): Notebook['cells'][] {
  const found: Notebook['cells'][] = [[]]
  for (const cell of notebook.cells) {
    const heads = cell.cell_type === 'markdown' && /^##? /m.test(textOf(cell.source))
    if (heads) found.push([])
    found.at(-1)?.push(cell)
  }
  return found
}

const link = /\]\(([^)#\s]+\.ipynb)(?:#[^)]*)?\)/g

export const linksExist: Rule = {
  name: 'links-exist',
  find: (notebook, { siblings }) =>
    notebook.cells.flatMap((cell) => {
      if (cell.cell_type !== 'markdown') return []
      const targets = [...textOf(cell.source).matchAll(link)].map((found) => found[1] as string)
      const local = targets.filter((target) => !target.includes('://'))
      return local
        .filter((target) => !siblings.includes(target.replace(/^\.\//, '')))
        .map((target) => ({ cell: cell.id, message: `there is no notebook "${target}"` }))
    }),
}
