/**
 * `npm run record`: runs the course's experiments and the facts on real Kafka and keeps what came
 * of them in data/. A notebook's recordings are replaced when all of its cells have worked, so an
 * interrupted or failed recording leaves the earlier ones as they were.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { differencesBetween, essenceOf } from '../../lib/src/checker/agreement'
import type { Recording } from '../../lib/src/notebook/recording'
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

/** On the disk of data/, and ignored by git. */
const cacheFolder = path.resolve(__dirname, '../../.cache')
const notebooksFolder = path.resolve(__dirname, '../../notebooks')

interface Choice {
  notebooks: string[]
  facts: 'recorded' | 'left'
}

/** An error whose message tells the caller of the command what to type instead. */
class WrongArguments extends Error {}

function chosen(words: readonly string[]): Choice {
  const all = notebooksIn(notebooksFolder)
  if (words.length === 0) return { notebooks: all, facts: 'recorded' }
  const numberOf = (file: string) => path.basename(file).split('-')[0] as string
  const numbers = words.filter((word) => word !== 'facts')
  const unknown = numbers.find((number) => !all.map(numberOf).includes(number))
  if (unknown !== undefined) {
    const known = all.map(numberOf).join(', ')
    throw new WrongArguments(`There is no notebook ${unknown}: there are ${known}, and facts`)
  }
  const notebooks = all.filter((file) => numbers.includes(numberOf(file)))
  return { notebooks, facts: words.includes('facts') ? 'recorded' : 'left' }
}

async function renewNotebook(notebook: string): Promise<void> {
  const name = notebookName(notebook)
  mkdirSync(cacheFolder, { recursive: true })
  const fresh = mkdtempSync(path.join(cacheFolder, 'recording-'))
  try {
    await recordNotebooks([notebook], 'local', fresh)
    const before = recordingsIn(dataFolder)
    const now = recordingsIn(fresh)
    rmSync(path.join(dataFolder, name), { recursive: true, force: true })
    renameSync(path.join(fresh, name), path.join(dataFolder, name))
    console.log(`${name}: ${now.size} experiments recorded`)
    for (const [place, recording] of now) report(place, before.get(place), recording)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Prints what became different; nothing where the earlier recording says the same. */
function report(place: string, before: Recording | undefined, now: Recording): void {
  if (before === undefined) return console.log(`  ${place}: new`)
  const found = differencesBetween(essenceOf(before.run), essenceOf(now.run))
  for (const { where, left, right } of found) {
    console.log(`  ${place}: ${where}\n    before  ${left}\n    now     ${right}`)
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: { help: { type: 'boolean' } }, allowPositionals: true })
  } catch (error) {
    throw new WrongArguments(`${(error as Error).message}\n\n${help}`)
  }
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parsed(args)
  if (values.help) return console.log(help)
  const { notebooks, facts } = chosen(positionals)
  for (const notebook of notebooks) await renewNotebook(notebook)
  if (facts === 'recorded') console.log(`facts: ${await recordFacts()} outcomes recorded`)
  console.log('Notebooks that show a recording name its date: npm run notebooks -- --write')
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = error instanceof WrongArguments ? 2 : 1
})
