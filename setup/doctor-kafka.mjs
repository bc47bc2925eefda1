// The doctor's rows about Java and Kafka's jars, as setup/kafka.mjs reports them.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { inProject } from './environment.mjs'

/**
 * What `setup/kafka.mjs --check --json` prints: `{ java: { path, version } | null,
 * kafka: { version, fetched }, problems: string[] }`; it fetches nothing.
 */
export function kafkaRows() {
  const program = inProject('setup', 'kafka.mjs')
  if (!fs.existsSync(program)) return []
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--check', '--json'], {
    encoding: 'utf8',
  })
  const report = parse(stdout)
  if (report === null) {
    const said = (stderr || stdout).trim().split('\n').at(-1)
    return [row('Kafka', 'missing', `the check ended with ${status}: ${said}`)]
  }
  return [javaRow(report.java), jarsRow(report.kafka), ...report.problems.map(problemRow)]
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const row = (name, state, found) => ({ name, state, found, fix: null })

function javaRow(java) {
  if (java === null) {
    return row('Java 17 or newer', 'later', 'none found; the first local cluster brings its own')
  }
  return row('Java 17 or newer', 'ok', `${java.version}, ${java.path}`)
}

function jarsRow(kafka) {
  return row(
    `Kafka ${kafka.version}`,
    kafka.fetched ? 'ok' : 'later',
    kafka.fetched ? 'fetched' : 'not fetched yet; the first local cluster fetches it',
  )
}

const problemRow = (problem) => row('Kafka', 'missing', problem)
