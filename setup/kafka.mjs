// Provides what real brokers need: Java 17 or newer, and Kafka's jars in .kafka/libs, each checked
// against the SHA-256 of kafka-jars.txt. A bare Node script without dependencies; later runs find
// everything done by a stamp that holds each jar's size and time. Every jar is renamed into place
// when its hash is right, so an interrupted run goes on where it stopped. Writes nothing outside
// the project.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findJava, installJava, oldestJava } from './kafka-java.mjs'

const setup = dirname(fileURLToPath(import.meta.url))
const root = dirname(setup)
const kafkaFolder = join(root, '.kafka')
const libs = join(kafkaFolder, 'libs')
const stampFile = join(kafkaFolder, 'libs.json')
const python = join(root, '.venv', 'bin', 'python')
const usage = `Usage: node setup/kafka.mjs [--check] [--json]

Provides Java ${oldestJava} or newer and Apache Kafka's jars in .kafka, where later runs find them.
  --check   say what is there, fetch nothing
  --json    print {java, libs, classpath, kafkaVersion}; with --check {java, kafka, problems}`

const say = (text) => process.stderr.write(`${text}\n`)

function readList() {
  const lines = readFileSync(join(setup, 'kafka-jars.txt'), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [coordinate, sha256] = line.split(' ')
      const [, artifact, version] = coordinate.split(':')
      return {
        coordinate,
        sha256,
        artifact,
        version,
        path: join(libs, `${artifact}-${version}.jar`),
      }
    })
}

const versionOf = (list) => list.find(({ artifact }) => artifact.startsWith('kafka_')).version

/** What identifies an unchanged jar without reading it. */
function fingerprint(jar) {
  if (!existsSync(jar.path)) return undefined
  const { size, mtimeMs } = statSync(jar.path)
  return `${jar.sha256} ${size} ${mtimeMs}`
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {} // none yet, or torn: every jar is hashed again
  }
}

const hashOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')

function missingJars(list) {
  const stamp = readStamp()
  return list.filter((jar) => {
    const now = fingerprint(jar)
    if (now === undefined) return true
    return stamp[jar.coordinate] !== now && hashOf(jar.path) !== jar.sha256
  })
}

function writeStamp(list) {
  const stamp = Object.fromEntries(list.map((jar) => [jar.coordinate, fingerprint(jar)]))
  const text = JSON.stringify(stamp, null, 1)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === text) return
  writeFileSync(`${stampFile}.${process.pid}`, text)
  renameSync(`${stampFile}.${process.pid}`, stampFile)
}

/** Fetches the jars and returns what went wrong, a line each. */
async function fetchJars(missing) {
  const cache = join(kafkaFolder, `fetch-${process.pid}`)
  const byCoordinate = new Map(missing.map((jar) => [jar.coordinate, jar]))
  const child = spawn(python, [join(setup, 'kafka-fetch.py'), cache], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  let errors = ''
  child.stderr.on('data', (text) => (errors += text))
  child.stdin.on('error', () => {}) // the exit code and stderr say why it did not read
  child.stdin.end(missing.map(({ coordinate }) => coordinate).join('\n'))
  const problems = []
  let done = 0
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { coordinate, path, error } = JSON.parse(line)
      const jar = byCoordinate.get(coordinate)
      byCoordinate.delete(coordinate)
      if (error !== undefined) problems.push(`${coordinate}: ${error}`)
      else if (hashOf(path) !== jar.sha256) {
        problems.push(`${coordinate}: SHA-256 is ${hashOf(path)}, expected ${jar.sha256}`)
      } else renameSync(path, jar.path)
      done += 1
      if (done % 5 === 0 || done === missing.length) say(`  ${done} of ${missing.length} jars`)
    }
    const code = await ended
    if (code !== 0) problems.push(errors.trim().split('\n').slice(-3).join('\n'))
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
  return [...problems, ...[...byCoordinate.keys()].map((each) => `${each}: was not fetched`)]
}

/** Folders of set-ups that were killed. */
function sweep() {
  for (const name of readdirSync(kafkaFolder)) {
    const pid = /^(?:fetch|java)-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) {
      rmSync(join(kafkaFolder, name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function provideJava() {
  const { java, tooOld } = findJava(kafkaFolder)
  if (java !== null) return java
  const advice = `Install Java ${oldestJava} or newer and put it on PATH or set JAVA_HOME to it.`
  const problems = [...tooOld]
  try {
    await installJava({ python, requirements: join(setup, 'kafka-java.txt'), kafkaFolder, say })
    const own = findJava(kafkaFolder).java
    if (own !== null) return own
    problems.push('the Java installed into .kafka/java does not run')
  } catch (error) {
    problems.push(error.message)
  }
  throw new Error([`No Java ${oldestJava} or newer.`, ...problems, advice].join('\n'))
}

async function provideJars(list) {
  const missing = missingJars(list)
  if (missing.length > 0) {
    if (!existsSync(python)) {
      throw new Error(`${python} does not exist. Run: npm run build`)
    }
    say(`Fetching Apache Kafka ${versionOf(list)}: ${missing.length} jars into .kafka/libs`)
    mkdirSync(libs, { recursive: true })
    const problems = await fetchJars(missing)
    if (problems.length > 0) {
      throw new Error(
        [
          `${problems.length} of Kafka's jars could not be fetched:`,
          ...problems.slice(0, 5),
          'Check the network, proxy and mirrors (~/.m2/settings.xml), then run this again:',
          'what has arrived stays.',
        ].join('\n'),
      )
    }
  }
  writeStamp(list)
}

async function provide() {
  const list = readList()
  mkdirSync(kafkaFolder, { recursive: true })
  sweep()
  await provideJars(list)
  const classpath = list.map(({ path }) => path).join(':')
  return { java: await provideJava(), libs, classpath, kafkaVersion: versionOf(list) }
}

function check() {
  const list = readList()
  const { java, tooOld } = findJava(kafkaFolder)
  const missing = missingJars(list)
  const kafka = { version: versionOf(list), fetched: missing.length === 0 }
  const problems =
    java === null
      ? [
          ...tooOld,
          `no Java ${oldestJava} or newer: the first use of the local cluster installs one`,
        ]
      : []
  return { java, kafka, problems }
}

async function main(words) {
  const unknown = words.find((word) => !['--check', '--json', '--help'].includes(word))
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}\n${usage}`)
  if (words.includes('--help')) return usage
  const answer = words.includes('--check') ? check() : await provide()
  if (words.includes('--json')) return JSON.stringify(answer)
  const java = answer.java === null ? 'none' : `${answer.java.version} (${answer.java.path})`
  const version = answer.kafkaVersion ?? answer.kafka.version
  const there = answer.kafka?.fetched === false ? 'not fetched yet' : libs
  return [`Java ${java}`, `Kafka ${version} (${there})`, ...(answer.problems ?? [])].join('\n')
}

main(process.argv.slice(2)).then(
  (text) => process.stdout.write(`${text}\n`),
  (error) => {
    say(error.message)
    process.exitCode = 1
  },
)
