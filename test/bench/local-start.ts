/**
 * How long the local cluster takes from nothing to a record acknowledged by three replicas, and
 * what the archive of classes (AppCDS) does for it. Both sides are measured in turn, so that a busy
 * machine slows both; the plain side hands Java's own archive to every JVM in place of ours.
 */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { provideInstallation } from '../../lib/src/clusters/kafka/installation'
import { localCluster } from '../../lib/src/clusters/kafka/local-cluster'
import { spread, type BenchResult } from './result'

const rounds = 7
const goalMs = 4000

export async function run(): Promise<BenchResult[]> {
  const ownArchive = await javasArchive()
  await startMs() // fetches, formats and stores the classes where that was not done yet
  const archived: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    archived.push(await startMs())
    process.env._JAVA_OPTIONS = `-XX:SharedArchiveFile=${ownArchive}`
    plain.push(await startMs())
    delete process.env._JAVA_OPTIONS
  }
  return [
    {
      name: 'local-start: class archive / plain',
      goal: 'below 1',
      ratio: spread(archived.map((ms, round) => ms / (plain[round] as number))),
      runs: rounds,
      archivedMs: spread(archived),
      plainMs: spread(plain),
    },
    {
      name: `local-start: ready / ${goalMs} ms`,
      goal: 'median at most 1',
      ratio: spread(archived.map((ms) => ms / goalMs)),
      runs: rounds,
    },
  ]
}

async function javasArchive(): Promise<string> {
  const { java } = await provideInstallation()
  const archive = join(dirname(dirname(realpathSync(java.path))), 'lib/server/classes.jsa')
  if (!existsSync(archive)) throw new Error(`${archive} does not exist. Run: java -Xshare:dump`)
  return archive
}

async function startMs(): Promise<number> {
  const begin = performance.now()
  const cluster = await localCluster()
  const ms = performance.now() - begin
  await cluster.stop()
  return ms
}
