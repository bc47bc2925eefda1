/**
 * `npm run record`: runs the course's experiments and the facts on real Kafka and keeps what came
 * of them in data/. A notebook's recordings are replaced when all of its cells have worked, so an
 * interrupted or failed recording leaves the earlier ones as they were.
 */
import { mkdtempSync, rmSync, renameSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import { dataFolder } from '../../lib/src/notebook/recordings'
import { recordFacts } from '../../test/facts/recorded'
import { notebooksIn } from '../notebooks/notebook'
import { notebookName, recordingsIn, recordNotebooks } from './record'

const help = `npm run record [-- NN … facts]

Runs the experiments of the notebooks whose numbers are given, and the facts if named, on the lab's
own Kafka, and renews data/ with them; without arguments all of them. Says what became different.

  NN       a notebook's number, such as 02
  facts    what the course says about Kafka: their outcomes
  --help   this text

Exit code 0: recorded; 1: something failed, and its earlier recordings stand; 2: wrong arguments.`

const notebooksFolder = path.resolve(__dirname, '../../notebooks')

/** The notebooks and whether the facts too; undefined when a word is neither. */
function chosen(words: string[]): { notebooks: string[]; facts: 'recorded' | 'left' } | undefined {
  const all = notebooksIn(notebooksFolder)
  if (words.length === 0) return { notebooks: all, facts: 'recorded' }
  const numbers = words.filter((word) => word !== 'facts')
  const notebooks = all.filter((file) => numbers.includes(path.basename(file).slice(0, 2)))
  if (notebooks.length !== numbers.length) return undefined
  return { notebooks, facts: words.includes('facts') ? 'recorded' : 'left' }
}

async function renewNotebook(notebook: string): Promise<void> {
  const name = notebookName(notebook)
  mkdirSync(dataFolder, { recursive: true })
  const fresh = mkdtempSync(path.join(dataFolder, '.recording-'))
  try {
    await recordNotebooks([notebook], 'local', fresh)
    const before = recordingsIn(dataFolder)
    const now = recordingsIn(fresh)
    rmSync(path.join(dataFolder, name), { recursive: true, force: true })
    renameSync(path.join(fresh, name), path.join(dataFolder, name))
    console.log(`${name}: ${now.size} experiments recorded`)
    for (const [place, { run }] of now) {
      const earlier = before.get(place)
      if (earlier === undefined) console.log(`  ${place}: new`)
      else {
        const found = differencesBetween(essenceOf(earlier.run), essenceOf(run))
        for (const { where, left, right } of found) {
          console.log(`  ${place}: ${where}\n    before  ${left}\n    now     ${right}`)
        }
      }
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const choice = chosen(positionals)
  if (choice === undefined) {
    console.error(`There is no such notebook: ${positionals.join(' ')}\n\n${help}`)
    return 2
  }
  for (const notebook of choice.notebooks) await renewNotebook(notebook)
  if (choice.facts === 'recorded') {
    const count = await recordFacts()
    console.log(`facts: ${count} outcomes recorded`)
  }
  console.log('Notebooks that show a recording name its date: npm run notebooks -- --write')
  return 0
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  },
)
