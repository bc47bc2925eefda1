/**
 * setup/kafka.mjs against a copy of itself in a folder with a blank in its name, with two small
 * "jars" and a Python that is a script: what it verifies, refetches and says, without a network.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectRoot } from '../../../../lib/src/clusters/kafka/installation'

const jars = { 'kafka_2.13': 'the broker', slf4j: 'the log' }
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('setup/kafka.mjs', function () {
  this.timeout(20_000)
  let root: string

  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'kafka-lab-')), 'a project')
    for (const name of ['kafka.mjs', 'kafka-java.mjs', 'kafka-java.txt', 'kafka-fetch.py']) {
      cpSync(join(projectRoot, 'setup', name), join(root, 'setup', name))
    }
    const lines = Object.entries(jars).map(([name, text]) => `org:${name}:1.0 ${sha256(text)}`)
    writeFileSync(join(root, 'setup/kafka-jars.txt'), `# two jars\n${lines.join('\n')}\n`)
    python(jars)
    java('17.0.15')
  })

  afterEach(() => rmSync(dirname(root), { recursive: true }))

  /** A Python that "fetches" these texts, notes each coordinate in `fetched`, and has no pip. */
  function python(texts: Record<string, string>): void {
    program(
      '.venv/bin/python',
      `
      const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs')
      if (process.argv[2] === '-m') {
        console.error('no such index')
        process.exit(1)
      }
      const cache = process.argv[3]
      mkdirSync(cache, { recursive: true })
      for (const coordinate of readFileSync(0, 'utf8').split('\\n')) {
        const name = coordinate.split(':')[1]
        const text = ${JSON.stringify(texts)}[name]
        appendFileSync(${JSON.stringify(join(root, 'fetched'))}, name + '\\n')
        writeFileSync(cache + '/' + name, text ?? '')
        const answer = text === undefined ? { error: 'not there' } : { path: cache + '/' + name }
        console.log(JSON.stringify({ coordinate, ...answer }))
      }
    `,
    )
  }

  function java(version: string): void {
    program('jdk/bin/java', '')
    writeFileSync(join(root, 'jdk/release'), `JAVA_VERSION="${version}"\n`)
  }

  function program(path: string, script: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `#!${process.execPath}\n${script}`)
    chmodSync(join(root, path), 0o755)
  }

  function run(...words: string[]) {
    return spawnSync(process.execPath, [join(root, 'setup/kafka.mjs'), ...words], {
      encoding: 'utf8',
      env: { JAVA_HOME: join(root, 'jdk'), PATH: '/nowhere' },
    })
  }

  const fetched = (): string[] => {
    const file = join(root, 'fetched')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }
  const jar = (name: string): string => join(root, '.kafka/libs', `${name}-1.0.jar`)

  it('fetches every jar once, says where they are, and leaves no other file', () => {
    const { status, stdout } = run('--json')
    assert.equal(status, 0)
    const answer = JSON.parse(stdout)
    assert.deepEqual(answer.java, {
      path: join(root, 'jdk/bin/java'),
      version: '17.0.15',
      source: 'JAVA_HOME',
    })
    assert.equal(answer.kafkaVersion, '1.0')
    assert.equal(answer.classpath, `${jar('kafka_2.13')}:${jar('slf4j')}`)
    assert.equal(readFileSync(jar('slf4j'), 'utf8'), 'the log')
    assert.equal(run('--json').stdout, stdout)
    assert.deepEqual(fetched(), ['kafka_2.13', 'slf4j'])
    assert.deepEqual(readdirSync(join(root, '.kafka')).sort(), ['libs', 'libs.json'])
  })

  it('fetches a corrupted jar again, and only that', () => {
    run()
    writeFileSync(jar('slf4j'), 'THE LOG')
    assert.equal(JSON.parse(run('--check', '--json').stdout).kafka.fetched, false)
    assert.equal(run().status, 0)
    assert.equal(readFileSync(jar('slf4j'), 'utf8'), 'the log')
    assert.deepEqual(fetched(), ['kafka_2.13', 'slf4j', 'slf4j'])
  })

  it('refuses a jar with another hash, keeps what is right, and goes on from there', () => {
    python({ ...jars, slf4j: 'something else' })
    const { status, stderr } = run()
    assert.equal(status, 1)
    assert.match(stderr, /org:slf4j:1\.0: SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/)
    assert.equal(existsSync(jar('slf4j')), false)
    assert.deepEqual(readdirSync(join(root, '.kafka')), ['libs'])
    python(jars)
    assert.equal(run().status, 0)
    assert.deepEqual(fetched(), ['kafka_2.13', 'slf4j', 'slf4j'])
  })

  it('says what to do when a jar cannot be fetched', () => {
    python({ slf4j: jars.slf4j })
    const { status, stderr } = run()
    assert.equal(status, 1)
    assert.match(stderr, /1 of Kafka's jars could not be fetched:\norg:kafka_2\.13:1\.0: not there/)
    assert.match(stderr, /Check the network, proxy and mirrors/)
  })

  it('names a Java that is too old, and what to do when none can be installed', () => {
    java('11.0.2')
    const { status, stderr } = run()
    assert.equal(status, 1)
    assert.match(stderr, /Java 11\.0\.2 at .*jdk\/bin\/java \(JAVA_HOME\) is too old/)
    assert.match(stderr, /installing Java with pip failed:\nno such index/)
    assert.match(stderr, /Install Java 17 or newer and put it on PATH or set JAVA_HOME/)
    const { java: found, problems } = JSON.parse(run('--check', '--json').stdout)
    assert.equal(found, null)
    assert.match(problems[0], /Java 11\.0\.2 .* is too old/)
  })

  it('understands the version numbers of Java 8', () => {
    java('1.8.0_402')
    assert.match(JSON.parse(run('--check', '--json').stdout).problems[0], /1\.8\.0_402 .* too old/)
  })

  it('checks without fetching or writing anything', () => {
    const { kafka, problems } = JSON.parse(run('--check', '--json').stdout)
    assert.deepEqual(kafka, { version: '1.0', fetched: false })
    assert.deepEqual(problems, [])
    assert.deepEqual(fetched(), [])
    assert.equal(existsSync(join(root, '.kafka')), false)
  })

  it('names an option it does not know', () => {
    assert.match(run('--jsno').stderr, /unknown option --jsno\nUsage:/)
  })
})
