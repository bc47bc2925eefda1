/**
 * An archive of the classes that a broker loads (AppCDS): with it a JVM maps them instead of
 * reading and checking them one by one, which is most of what starting Kafka costs. Made once for
 * each Java and set of jars, by running one combined node and ending it in an orderly way.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { WireClient } from '../wire-client'
import { clusterId, combinedSettings } from './broker-settings'
import { answers, prepare } from './cluster-health'
import { freePorts } from './free-ports'
import { formattedFolder, jvmFlags, kafkaFolder, type Installation } from './installation'
import { withLimit, type Limit } from './limit'
import { Supervisor } from './supervisor-client'

const limitMs = 120_000
const what = 'the node that shows which classes Kafka uses'

/** The archive's path; made when it is not there yet. */
export async function classArchive(installation: Installation): Promise<string> {
  const folder = join(kafkaFolder, 'classes')
  const archive = join(folder, `${keyOf(installation)}.jsa`)
  if (existsSync(archive)) return archive
  process.stderr.write('First start: storing the classes that Kafka uses, for quicker starts\n')
  mkdirSync(folder, { recursive: true })
  const work = `${archive}.${process.pid}`
  await train(installation, work)
  renameSync(work, archive)
  return archive
}

/** Java refuses an archive when a jar has changed, also in its time, or Java has. */
function keyOf({ java }: Installation): string {
  const stamp = readFileSync(join(kafkaFolder, 'libs.json'), 'utf8')
  const inputs = JSON.stringify([java.path, java.version, jvmFlags, stamp])
  return createHash('sha256').update(inputs).digest('hex').slice(0, 12)
}

async function train(installation: Installation, archive: string): Promise<void> {
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  const broker = { id: 3, host: '127.0.0.1', port }
  const settings = combinedSettings(broker, controllerPort)
  const wire = new WireClient({ brokers: [broker], clientId: 'kafka-lab-cluster' })
  let cut: Limit['cut'] | undefined
  const supervisor = new Supervisor(() => cut?.(new Error(`${what} has ended`)))
  try {
    await withLimit(limitMs, `${what} is not ready`, async (limit) => {
      cut = limit.cut
      await supervisor.start({
        runFolder: join(kafkaFolder, 'run'),
        template: await formattedFolder(installation),
        clusterId,
        java: installation.java.path,
        arguments: [
          ...jvmFlags,
          `-XX:ArchiveClassesAtExit=${archive}`,
          '-cp',
          installation.classpath,
          'kafka.Kafka',
        ],
        nodes: [{ id: broker.id, settings }],
      })
      await answers(wire, broker.id, limit)
      await prepare(wire, [broker.id], { settings, limit })
      cut = undefined
      await wire.close()
      await supervisor.act('end', broker.id)
    })
  } finally {
    await wire.close()
    await supervisor.stop()
  }
}
