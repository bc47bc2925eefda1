/** Rules for what Jupyter stores beside the cells' text: metadata, ids, tags, outputs. */
import { isDeepStrictEqual } from 'node:util'
import type { Output } from '../notebook'
import { codeCells, textOf } from '../notebook'
import type { Problem, Rule } from './rule'
import { cellRule, codeRule } from './rule'

const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' }

// What tslab tells JupyterLab, in full: with less, saving changes the file.
const languageInfo = {
  codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
  file_extension: '.ts',
  mimetype: 'text/typescript',
  name: 'typescript',
  version: '3.7.2',
}

/** The tags a cell may carry; `varies` exempts its texts from comparison. */
export const knownTags = ['exercise', 'solution', 'check', 'hide-input', 'core', 'deep', 'varies']

export const notebookMetadata: Rule = {
  name: 'notebook-metadata',
  find(notebook) {
    const expected = { kernelspec, language_info: languageInfo }
    const format = `${notebook.nbformat}.${notebook.nbformat_minor}`
    const messages = [
      ...(format === '4.5' ? [] : [`the format is ${format}, not 4.5`]),
      ...(isDeepStrictEqual(notebook.metadata, expected)
        ? []
        : [`the metadata must be ${JSON.stringify(expected)}`]),
    ]
    return messages.map((message) => ({ cell: null, message }))
  },
}

export const cellIds: Rule = {
  name: 'cell-ids',
  find(notebook) {
    const ids = notebook.cells.map((cell) => cell.id)
    return notebook.cells.flatMap((cell, place): Omit<Problem, 'rule'>[] => {
      const problem = idProblem(cell.id)
      if (problem !== null) return [{ cell: cell.id ?? null, message: problem }]
      if (ids.indexOf(cell.id) === place) return []
      return [{ cell: cell.id, message: 'another cell has this id' }]
    })
  },
}

function idProblem(id: string | undefined): string | null {
  if (id === undefined) return 'a cell has no id'
  if (/^[0-9a-f]{8}(-[0-9a-f-]*)?$/.test(id)) return `id "${id}" is random: name what the cell does`
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) return `id "${id}" is not in kebab case`
  return id.length > 64 ? `id "${id}" is longer than 64 characters` : null
}

export const cellTags = cellRule('cell-tags', (cell) =>
  (cell.metadata.tags ?? [])
    .filter((tag) => !knownTags.includes(tag))
    .map((tag) => `tag "${tag}" is not one of ${knownTags.join(', ')}`),
)

/** Times of execution, collapsed outputs and the like make a saved notebook differ for nothing. */
export const cellMetadata = cellRule('cell-metadata', (cell) => {
  const others = Object.keys(cell.metadata).filter((key) => !['tags', 'jupyter'].includes(key))
  const inner = Object.keys(cell.metadata.jupyter ?? {}).filter((key) => key !== 'source_hidden')
  const names = [...others, ...inner.map((key) => `jupyter.${key}`)]
  return names.map((name) => `metadata "${name}" is neither tags nor jupyter.source_hidden`)
})

export const rendererImages = codeRule('renderer-images', (_, cell) =>
  cell.outputs.some((output) => 'data' in output && 'image/png' in output.data)
    ? ['an output holds image/png, which only renderers add: npm run notebooks -- --write']
    : [],
)

export const outputErrors = codeRule('output-errors', (_, cell) =>
  cell.outputs.some((output) => output.output_type === 'error' || isStderr(output))
    ? ['the committed output is an error: npm run notebooks -- --write']
    : [],
)

const isStderr = (output: Output): boolean =>
  output.output_type === 'stream' && output.name === 'stderr'

const machinePath = /(?:\/(?:home|Users|root|tmp|work|var|opt|mnt)\/[\w.-]+|[A-Z]:\\\\?Users)/

export const machinePaths = codeRule('machine-paths', (source, cell) => {
  const found = machinePath.exec(`${source}\n${JSON.stringify(cell.outputs)}`)?.[0]
  return found === undefined ? [] : [`"${found}" is a path of one machine`]
})

/** Committed outputs come from one run of all cells in order, or there are none at all. */
export const executionOrder: Rule = {
  name: 'execution-order',
  find(notebook) {
    const cells = codeCells(notebook).filter((cell) => textOf(cell.source).trim() !== '')
    if (cells.every((cell) => cell.execution_count === null)) return []
    const wrong = cells.find((cell, place) => cell.execution_count !== place + 1)
    if (wrong === undefined) return []
    const message = `execution count ${wrong.execution_count} is out of order: run with --write`
    return [{ cell: wrong.id, message }]
  },
}
