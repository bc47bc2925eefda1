/**
 * The settings of the local cluster's nodes, by Kafka's names: three brokers and one controller
 * process that no fault touches (three combined nodes lose their quorum when two followers die).
 * Beside what all of the course's clusters have, buffers are small, so that four JVMs fit beside a
 * notebook.
 */
import { courseSettings } from '../course-settings'

export type Settings = Record<string, string | number | boolean>

export interface NodeAddress {
  id: number
  port: number
}

export const controllerId = 100
export const brokerIds = [1, 2, 3]
/** Also in the path of meta.properties; any 16 bytes in base64 would do. */
export const clusterId = 'kafka-lab-local-cluste'

const shared: Settings = {
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'controller.quorum.election.timeout.ms': 500,
  'controller.quorum.fetch.timeout.ms': 1000,
  'controller.quorum.election.backoff.max.ms': 300,
  'num.network.threads': 1,
  'num.io.threads': 2,
  'background.threads': 2,
  // Nobody looks at the metrics; JMX beans for them cost a tenth of the start.
  'metric.reporters': '',
}

const broker: Settings = {
  ...courseSettings,
  'group.coordinator.threads': 1,
  'log.cleaner.dedupe.buffer.size': 2_097_152,
  'log.cleaner.io.buffer.size': 65_536,
  'log.index.size.max.bytes': 262_144,
}

/** What the lab itself decides; a caller's value would break the cluster. */
const reserved = [
  'node.id',
  'broker.id',
  'process.roles',
  'listeners',
  'advertised.listeners',
  'controller.quorum.voters',
  'controller.quorum.bootstrap.servers',
  'controller.listener.names',
  'log.dirs',
  'log.dir',
  'metadata.log.dir',
]

/**
 * Features of the cluster rather than settings of a broker: they are written where the data folder
 * is formatted, and no property tells of them. ELR (KIP-966) is 1, on, unless said otherwise.
 */
const featureNames = ['eligible.leader.replicas.version']

const isFeature = ([name]: [string, unknown]) => featureNames.includes(name)

export function featuresOf(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(isFeature))
}

export function withoutFeatures(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter((entry) => !isFeature(entry)))
}

/** Throws, by name, for a setting that the lab decides itself. */
export function checkSettings(settings: Settings): void {
  for (const name of Object.keys(settings)) {
    if (reserved.includes(name)) {
      throw new Error(`cluster setting ${name} is decided by the local cluster: leave it out`)
    }
  }
}

/** All settings of a broker but the folder of its logs, the caller's on top. */
export function brokerSettings(
  node: NodeAddress,
  controller: NodeAddress,
  settings: Settings,
): Settings {
  return {
    ...shared,
    ...broker,
    ...settings,
    'process.roles': 'broker',
    'node.id': node.id,
    listeners: `PLAINTEXT://127.0.0.1:${node.port}`,
    'controller.quorum.voters': voters(controller),
  }
}

/** The controller gets the caller's settings too: it judges topics and transactions by them. */
export function controllerSettings(controller: NodeAddress, settings: Settings): Settings {
  return {
    ...shared,
    ...broker,
    ...settings,
    'process.roles': 'controller',
    'node.id': controller.id,
    listeners: `CONTROLLER://127.0.0.1:${controller.port}`,
    'controller.quorum.voters': voters(controller),
  }
}

/** One node that is both, for a run that only shows which of Kafka's classes are used. */
export function combinedSettings(broker: NodeAddress, controllerPort: number): Settings {
  const controller = { id: broker.id, port: controllerPort }
  return {
    ...brokerSettings(broker, controller, {}),
    'process.roles': 'broker,controller',
    listeners: `PLAINTEXT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
  }
}

function voters({ id, port }: NodeAddress): string {
  return `${id}@127.0.0.1:${port}`
}

/** Java's properties format: a backslash escapes itself, line ends and leading blanks. */
export function propertiesText(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    const text = String(value).replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
    return `${name}=${text.replace(/^ /, '\\ ')}`
  })
  return `${lines.join('\n')}\n`
}
