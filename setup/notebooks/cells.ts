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
 * The check for the notebooks of one folder: what the first one makes it read of TypeScript's and
 * the packages' declarations, the others find read.
 */
export class CellCheck {
  private readonly converter: ReturnType<typeof createConverter>

  /**
   * @param folder The notebooks', in which the kernel would run: imports are resolved from it. The
   *   converter takes it from the process, so the working directory is changed during a call.
   */
  constructor(private readonly folder: string) {
    this.converter = inFolder(folder, () => createConverter({ isJS: false, isBrowser: false }))
  }

  problems(notebook: Notebook): CellDiagnostic[] {
    return inFolder(this.folder, () => checkInOrder(notebook, this.converter))
  }

  /** Ends the compiler, which else keeps the process alive. */
  close(): void {
    this.converter.close()
  }
}

function inFolder<Result>(folder: string, work: () => Result): Result {
  const before = process.cwd()
  process.chdir(folder)
  try {
    return work()
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
