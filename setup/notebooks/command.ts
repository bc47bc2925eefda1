/**
 * `npm run notebooks`: executes the course's notebooks. Without `--write` they must give what is
 * committed; with it the committed outputs are renewed. Exit codes: 0 all held, 1 a notebook failed
 * or gave something else, 2 the arguments make no sense.
 */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { classArchive } from '../../lib/src/clusters/kafka/class-archive'
import { provideInstallation } from '../../lib/src/clusters/kafka/installation'
import type { NotebookResult } from './execute'
import { executed, executeNotebooks, failureText } from './execute'
import { differences, differenceText } from './findings'
import { notebooksIn, readNotebook } from './notebook'

export const help = `npm run notebooks [-- NN … --cluster embedded|local --write]

Executes the notebooks whose numbers are given, or all, and compares what comes of them with what
is committed: on the embedded cluster every byte, on real Kafka the findings (outputs' types, plain
text and stdout, with measured times masked).

  NN                 a notebook's number, such as 02
  --cluster local    on the lab's own Kafka; default: what KAFKA_LAB says, else embedded
  --write            renews the committed outputs instead of comparing
  --help             this text

Exit code 0: all held; 1: a cell failed or found something else; 2: wrong arguments.`

interface Request {
  files: string[]
  write: boolean
  environment: Record<string, string>
}

/** An error whose message tells the caller of the command what to type instead. */
class WrongArguments extends Error {}

/** @param folder Of the notebooks; tests give another one. */
export async function runNotebooksCommand(
  args: string[],
  folder = path.resolve(__dirname, '../../notebooks'),
): Promise<number> {
  if (args.includes('--help')) {
    console.log(help)
    return 0
  }
  let request: Request
  try {
    request = readArguments(args, notebooksIn(folder))
  } catch (error) {
    if (!(error instanceof WrongArguments)) throw error
    console.error(error.message)
    return 2
  }
  // A first use tells its progress; in a cell that would count as output.
  const cluster = request.environment['KAFKA_LAB'] ?? process.env['KAFKA_LAB']
  if (cluster === 'local') await classArchive(await provideInstallation())
  let failed = 0
  const jobs = request.files.map((file) => ({ path: file }))
  for await (const result of executeNotebooks(jobs, { environment: request.environment })) {
    if (!report(result, request)) failed += 1
  }
  if (failed > 0) console.error(`${failed} of ${jobs.length} notebooks did not hold`)
  return failed === 0 ? 0 : 1
}

function readArguments(args: string[], known: string[]): Request {
  const { values, positionals } = parse(args)
  return {
    files: positionals.length === 0 ? known : positionals.map((one) => findNotebook(one, known)),
    write: values.write ?? false,
    environment: clusterEnvironment(values.cluster),
  }
}

function parse(args: string[]) {
  const options = { cluster: { type: 'string' }, write: { type: 'boolean' } } as const
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new WrongArguments(`${(error as Error).message}\n\n${help}`)
  }
}

function findNotebook(number: string, known: string[]): string {
  const found = known.find((file) => path.basename(file).split('-')[0] === number)
  if (found !== undefined) return found
  const names = known.map((file) => `  ${path.basename(file, '.ipynb')}`).join('\n')
  const list = names || '  none'
  throw new WrongArguments(`There is no notebook ${number}. The notebooks are:\n${list}`)
}

function clusterEnvironment(cluster: string | undefined): Record<string, string> {
  if (cluster === undefined) return {}
  if (cluster === 'local' || cluster === 'embedded') return { KAFKA_LAB: cluster }
  throw new WrongArguments(`--cluster ${cluster}: the clusters are embedded and local`)
}

/**
 * Prints what came of a notebook and writes it if asked; returns whether it held: on the embedded
 * cluster every byte must be the committed one, on real Kafka, whose times differ, the findings.
 */
function report(result: NotebookResult, { write, environment }: Request): boolean {
  const name = path.basename(result.path)
  for (const note of result.notes) console.log(`${name}: ${note}`)
  if (result.failure !== null) {
    console.error(failureText(result))
    return false
  }
  if (write) {
    const same = fs.readFileSync(result.path, 'utf8') === result.text
    if (!same) fs.writeFileSync(result.path, result.text)
    console.log(`${name}: ${same ? 'unchanged' : 'written'}`)
    return true
  }
  const found = differences(readNotebook(result.path), executed(result))
  const cluster = environment['KAFKA_LAB'] ?? process.env['KAFKA_LAB'] ?? 'embedded'
  const sameBytes = cluster !== 'embedded' || fs.readFileSync(result.path, 'utf8') === result.text
  if (found.length === 0 && !sameBytes) {
    console.error(
      `${name}: the findings are the committed ones, other bytes of its outputs are not`,
    )
    console.error('If this is right, renew them: npm run notebooks -- --write')
    return false
  }
  if (found.length === 0) {
    console.log(`${name}: ok`)
    return true
  }
  console.error(`${name}: not what the committed outputs say (- committed, + now)`)
  for (const one of found) console.error(differenceText(one))
  console.error('If this is right, renew them: npm run notebooks -- --write')
  return false
}
