/**
 * Rules for the beats of an experiment: what it is about, a prediction, the run, a picture, what
 * happened, an assertion; and for what a notebook of experiments begins and ends with. An experiment
 * is what stands between two headings of rank 1 or 2 and runs something; exercises are not meant.
 */
import type { Cell, Notebook } from '../notebook'
import { hasTag, textOf } from '../notebook'
import type { Rule } from './rule'

interface Experiment {
  cells: Cell[]
  /** Places in `cells`. */
  firstRun: number
  lastRun: number
}

const runs = /\blab\.run\b|\b(crashPoints|sweep)\(/
const asserts = /\b(expect[A-Z]\w*|assert\w*)\s*[(.]|\b(check|claim)\s*\(/

function experiments({ cells }: Notebook): Experiment[] {
  return sections(cells).flatMap((own) => {
    const ran = own.map((cell) => isCode(cell) && runs.test(textOf(cell.source)))
    const firstRun = ran.indexOf(true)
    return firstRun < 0 ? [] : [{ cells: own, firstRun, lastRun: ran.lastIndexOf(true) }]
  })
}

/** The cells from each heading of rank 1 or 2 to the next, without the exercises. */
function sections(cells: readonly Cell[]): Cell[][] {
  const found: Cell[][] = [[]]
  for (const cell of cells) {
    if (!isCode(cell) && /^##? /m.test(textOf(cell.source))) found.push([])
    if (!hasTag(cell, 'exercise')) found.at(-1)?.push(cell)
  }
  return found
}

const isCode = (cell: Cell): boolean => cell.cell_type === 'code'
const codeOf = (cells: readonly Cell[]): string =>
  cells
    .filter(isCode)
    .map((cell) => textOf(cell.source))
    .join('\n')
const proseOf = (cells: readonly Cell[]): string =>
  cells
    .filter((cell) => !isCode(cell))
    .map((cell) => textOf(cell.source))
    .join('\n')

/** A rule that each experiment holds to or not; the problem is shown at its first run. */
function beat(name: string, holds: (experiment: Experiment) => boolean, message: string): Rule {
  return {
    name,
    find: (notebook) =>
      experiments(notebook)
        .filter((experiment) => !holds(experiment))
        .map(({ cells, firstRun }) => ({ cell: cells[firstRun]?.id ?? null, message })),
  }
}

/** The reader predicts before the run: prose stands between the heading and the run cell. */
export const runIsPredicted = beat(
  'run-is-predicted',
  ({ cells, firstRun }) => proseOf(cells.slice(0, firstRun)).replace(/^#.*$/m, '').trim() !== '',
  'say before the run what will be seen',
)

/** In a core experiment the prediction is asked for, and held against the run. */
export const coreAsksFirst = beat(
  'core-asks-first',
  ({ cells, firstRun }) =>
    !cells.some((cell) => hasTag(cell, 'core')) ||
    (/\bpredict\(/.test(codeOf(cells.slice(0, cells.findIndex(waits)))) &&
      /\.turnedOut\(/.test(codeOf(cells.slice(firstRun)))),
  'a core experiment asks first (predict) and answers after the run (turnedOut)',
)

/** A cell that waits for a run; an app's body waits only when it is run. */
function waits(cell: Cell): boolean {
  const source = textOf(cell.source)
  return isCode(cell) && /\bawait\b/.test(source) && !/: App\)/.test(source)
}

/** So that no client's peculiarity is learnt as Kafka. */
export const saysWhatItIsAbout = beat(
  'says-what-it-is-about',
  ({ cells }) => /^About: \S/m.test(proseOf(cells)),
  'say what the experiment is about (Kafka, the protocol, kafkajs 2.2.4): "About: …"',
)

/** A chart or table of a run shows what happened; a run alone shows nothing. */
export const runIsShown = beat(
  'run-is-shown',
  ({ cells, firstRun }) => /\bshow\s*\(/.test(codeOf(cells.slice(firstRun))),
  'show the run (show(…)) before the next heading',
)

/** From a run to the next heading of the same or a higher rank some cell asserts what it showed. */
export const runIsAsserted = beat(
  'run-is-asserted',
  ({ cells, lastRun }) => asserts.test(codeOf(cells.slice(lastRun))),
  'assert what the runs showed (expectVerdict, claim) before the next heading',
)

/** An experiment's notebook has words first, and ends with what to take along. */
export const opensAndCloses: Rule = {
  name: 'opens-and-closes',
  find(notebook) {
    if (experiments(notebook).length === 0) return []
    const prose = proseOf(notebook.cells)
    const wanted: [RegExp, string][] = [
      [/^\| Word \| Meaning \|/m, 'a table "| Word | Meaning |" of the words it uses'],
      [/^## Takeaways$/m, 'a cell "## Takeaways"'],
      [/^## Questions$[^]*<details>/m, 'a cell "## Questions" with its answers folded away'],
      [/(^|· )(Next|Back): \[/m, 'a last line with the way on ("Next: […](…)")'],
    ]
    return wanted
      .filter(([pattern]) => !pattern.test(prose))
      .map(([, what]) => ({ cell: null, message: `the notebook lacks ${what}` }))
  },
}

/** Beside the run at hand stands what real Kafka did. */
export const comparesWithKafka: Rule = {
  name: 'compares-with-kafka',
  find(notebook) {
    const lacks = experiments(notebook).length > 0 && !/\bcompare\(/.test(codeOf(notebook.cells))
    const message = 'no run is set beside its recording on real Kafka: compare(run)'
    return lacks ? [{ cell: null, message }] : []
  },
}
