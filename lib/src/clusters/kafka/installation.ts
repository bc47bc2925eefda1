/**
 * What the local cluster runs on: the project's folder, Java and Kafka's jars (setup/kafka.mjs
 * finds or fetches them), and a data folder formatted once. Formatting takes Kafka's tool a second
 * a node; its result differs between nodes only in meta.properties, which the supervisor writes.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { clusterId, controllerSettings, propertiesText, type Settings } from './broker-settings'

/** The same from lib/src and from lib/dist. */
export const projectRoot = resolve(__dirname, '../../../..')
export const kafkaFolder = join(projectRoot, '.kafka')

export interface Installation {
  java: { path: string; version: string; source: string }
  libs: string
  classpath: string
  kafkaVersion: string
}

/** Finds or fetches Java and Kafka; progress goes to standard error. Rejects with what to do. */
export async function provideInstallation(): Promise<Installation> {
  const script = join(projectRoot, 'setup/kafka.mjs')
  return JSON.parse(await output(process.execPath, [script, '--json'])) as Installation
}

/** What stands between `java` and the properties file of a broker. */
export function brokerArguments({ classpath }: Installation, archive: string): string[] {
  return [...jvmFlags, `-XX:SharedArchiveFile=${archive}`, '-cp', classpath, 'kafka.Kafka']
}

/** The flags of every broker's JVM: small heap, quick start, no shared files under /tmp. */
export const jvmFlags = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-XX:-UsePerfData',
  // Quicker to set up than log4j-core. To standard output, which lands in the run's folder.
  '-Dorg.slf4j.simpleLogger.logFile=System.out',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
  '-Dorg.slf4j.simpleLogger.showThreadName=false',
  '-Dorg.slf4j.simpleLogger.showShortLogName=true',
  // Kafka offers log levels through log4j and does without; that nobody provides it is no error.
  '-Dlog4j2.StatusLogger.level=OFF',
]

/**
 * A formatted data folder, made on first use and then kept for each version of Kafka and choice of
 * its features. Rejects with the tool's words for a feature or a level that Kafka does not have.
 */
export async function formattedFolder(
  installation: Installation,
  features: Settings = {},
): Promise<string> {
  const { kafkaVersion, java, classpath } = installation
  const chosen = Object.entries(features).map(([name, level]) => `${name}=${level}`)
  const named = [kafkaVersion, clusterId, ...chosen].join(' ')
  const hash = createHash('sha256').update(named).digest('hex')
  const folder = join(kafkaFolder, `format-${hash.slice(0, 12)}`)
  if (existsSync(folder)) return folder
  const work = `${folder}.${process.pid}`
  mkdirSync(work, { recursive: true })
  const properties = join(work, 'node.properties')
  const settings = controllerSettings({ id: 100, port: 9093 }, {})
  writeFileSync(properties, propertiesText({ ...settings, 'log.dirs': join(work, 'data') }))
  try {
    await output(java.path, [
      ...jvmFlags,
      '-cp',
      classpath,
      'kafka.tools.StorageTool',
      'format',
      '--cluster-id',
      clusterId,
      '--config',
      properties,
      ...chosen.flatMap((feature) => ['--feature', feature]),
    ])
    rmSync(join(work, 'data/meta.properties'))
    if (!existsSync(folder)) renameSync(join(work, 'data'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

/** Standard output of a program; its last lines of both streams are the error when it fails. */
function output(program: string, words: string[]): Promise<string> {
  return new Promise((settle, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    let errors = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    child.stderr.on('data', (chunk) => {
      errors += chunk
      if (program === process.execPath) process.stderr.write(chunk)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) settle(text)
      else reject(new Error(`${text}${errors}`.trim().split('\n').slice(-12).join('\n')))
    })
  })
}
