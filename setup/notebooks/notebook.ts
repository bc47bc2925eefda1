/**
 * Jupyter's notebook format (nbformat 4.5), as far as this course uses it, and how to read it. On
 * disk a long text is a list of lines; everywhere here it is one string.
 */
import fs from 'node:fs'
import path from 'node:path'

export interface Stream {
  output_type: 'stream'
  name: 'stdout' | 'stderr'
  text: string | string[]
}

export interface Display {
  output_type: 'display_data' | 'execute_result'
  /** By MIME type; text is a string or its lines, JSON types are objects. */
  data: Record<string, unknown>
  metadata: Record<string, unknown>
}

export interface KernelError {
  output_type: 'error'
  ename: string
  evalue: string
  traceback: string[]
}

export type Output = Stream | Display | KernelError

export interface CellMetadata {
  tags?: string[]
  jupyter?: Record<string, unknown>
  [other: string]: unknown
}

export interface MarkdownCell {
  cell_type: 'markdown' | 'raw'
  id: string
  metadata: CellMetadata
  source: string | string[]
}

export interface CodeCell {
  cell_type: 'code'
  id: string
  metadata: CellMetadata
  source: string | string[]
  outputs: Output[]
  execution_count: number | null
}

export type Cell = MarkdownCell | CodeCell

export interface Notebook {
  nbformat: number
  nbformat_minor: number
  metadata: Record<string, unknown>
  cells: Cell[]
}

/** A text of the format as one string. */
export function textOf(text: string | string[]): string {
  return typeof text === 'string' ? text : text.join('')
}

/** Whether a cell carries the tag. */
export function hasTag(cell: Cell, tag: string): boolean {
  return cell.metadata.tags?.includes(tag) ?? false
}

/** The code cells, in order. */
export function codeCells(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === 'code')
}

export function readNotebook(file: string): Notebook {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Notebook
}

/** The notebooks of a folder (absolute paths), by name. */
export function notebooksIn(folder: string): string[] {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ipynb'))
  return names.sort().map((name) => path.join(folder, name))
}
