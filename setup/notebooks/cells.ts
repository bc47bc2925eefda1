/**
 * Type-checks a notebook's cells as the kernel does before it runs them: through tslab's own
 * converter, with its TypeScript and its options, each cell after the declarations of those before
 * it. A cell that the kernel would refuse is refused here, without running anything.
 */
import { createConverter } from 'tslab/dist/converter'
import type { Notebook } from './notebook'
import { codeCells, textOf } from './notebook'

export interface CellDiagnostic {
  cell: string
  /** From 1, within the cell. */
  line: number
  message: string
}

/**
 * @param folder The notebook's, in which the kernel would run: imports are resolved from it. The
 *   converter takes it from the process, so the working directory is changed during the call.
 */
export function checkCells(notebook: Notebook, folder: string): CellDiagnostic[] {
  const before = process.cwd()
  process.chdir(folder)
  try {
    const converter = createConverter({ isJS: false, isBrowser: false })
    try {
      return checkInOrder(notebook, converter)
    } finally {
      converter.close()
    }
  } finally {
    process.chdir(before)
  }
}

/** As the kernel does, a refused cell leaves its declarations out. */
function checkInOrder(
  notebook: Notebook,
  converter: ReturnType<typeof createConverter>,
): CellDiagnostic[] {
  let declarations = ''
  return codeCells(notebook).flatMap((cell) => {
    const { diagnostics, declOutput } = converter.convert(declarations, textOf(cell.source))
    if (diagnostics.length === 0) declarations = declOutput ?? ''
    return diagnostics.map(({ start, messageText, fileName }) => ({
      cell: cell.id,
      line: start.line + 1,
      message: fileName === undefined ? messageText : `${fileName}: ${messageText}`,
    }))
  })
}
