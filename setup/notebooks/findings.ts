/**
 * What counts when a notebook that just ran is compared with its committed outputs. Charts, tables
 * and counts of bytes differ between two runs on a real cluster; what a notebook claims does not.
 * Compared are, per code cell and in order: the MIME types of each output, the text/plain of each
 * bundle (the finding of a chart, the plain form of a table) and the lines of stdout. Masked in
 * them are a number with a unit of time, a port on loopback, an ISO time stamp, the name of the
 * cluster at hand, and when and with which versions the Java client was run; every run of spaces
 * counts as one (a masked number moves a table's columns). A cell tagged `varies` is compared by
 * its outputs' types only.
 */
import type { CodeCell, Notebook, Output } from './notebook'
import { codeCells, hasTag, textOf } from './notebook'

const masks: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time stamp>'],
  [/\b\d+([.,]\d+)*\s?(µs|us|ms|s)(?=\W|$)/g, '<time>'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, '$1:<port>'],
  [/\b(embedded|Kafka \d+\.\d+\.\d+), now\b/g, '<cluster>, now'],
  [/\bkafka-clients \d.*/g, '<Java client>'],
  [/[ \t]+/g, ' '],
]

/** The text with everything masked that may differ between two honest runs. */
export function masked(text: string): string {
  const lines = masks.reduce((done, [pattern, by]) => done.replace(pattern, by), text).split('\n')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}

function finding(output: Output, withText: boolean): string[] {
  if (output.output_type === 'error') return [`error ${output.ename}: ${output.evalue}`]
  if (output.output_type === 'stream') {
    return [`[${output.name}]`, ...(withText ? masked(textOf(output.text)).split('\n') : [])]
  }
  const plain = output.data['text/plain']
  const text = plain === undefined || !withText ? [] : masked(textOf(plain as string)).split('\n')
  return [`[${Object.keys(output.data).sort().join(', ')}]`, ...text]
}

/** The comparable lines of one code cell. */
export function findingsOf(cell: CodeCell): string[] {
  return cell.outputs.flatMap((output) => finding(output, !hasTag(cell, 'varies')))
}

export interface Difference {
  cell: string
  committed: string[]
  now: string[]
}

/** The cells whose findings are not the committed ones. Both notebooks have the same cells. */
export function differences(committed: Notebook, now: Notebook): Difference[] {
  const after = new Map(codeCells(now).map((cell) => [cell.id, findingsOf(cell)]))
  return codeCells(committed).flatMap((cell) => {
    const found = { cell: cell.id, committed: findingsOf(cell), now: after.get(cell.id) ?? [] }
    return found.committed.join('\n') === found.now.join('\n') ? [] : [found]
  })
}

/** A difference for people: lines that went with `-`, lines that came with `+`, others plain. */
export function differenceText(found: Difference): string {
  const shared = commonLines(found.committed, found.now)
  const lines: string[] = [`cell "${found.cell}":`]
  let [before, after] = [0, 0]
  for (const line of [...shared, null]) {
    while (before < found.committed.length && found.committed[before] !== line) {
      lines.push(`- ${found.committed[before++]}`)
    }
    while (after < found.now.length && found.now[after] !== line) {
      lines.push(`+ ${found.now[after++]}`)
    }
    if (line !== null) lines.push(`  ${line}`)
    before += 1
    after += 1
  }
  return lines.join('\n')
}

/** A longest common subsequence. */
function commonLines(left: string[], right: string[]): string[] {
  const best: string[][] = Array.from({ length: right.length + 1 }, () => [])
  for (const line of left) {
    let diagonal: string[] = []
    for (const [index, other] of right.entries()) {
      const above = best[index + 1] as string[]
      const beside = best[index] as string[]
      const longer = above.length >= beside.length ? above : beside
      best[index + 1] = line === other ? [...diagonal, line] : longer
      diagonal = above
    }
  }
  return best[right.length] as string[]
}
