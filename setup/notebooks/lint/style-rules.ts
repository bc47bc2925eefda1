/** Rules for how a notebook reads: its opening question, sizes of cells and functions, its links. */
import ts from 'typescript'
import { textOf } from '../notebook'
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
