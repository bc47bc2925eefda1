/** Runs the experiments with the Java client on the local cluster, where a JDK is found. */
import { createTopics, deleteTopics } from '../clusters/admin'
import { localCluster } from '../clusters/kafka/local-cluster'
import { provideInstallation } from '../clusters/kafka/installation'
import { WireClient } from '../clusters/wire-client'
import { javaExperiments, type JavaExperimentName, type Outcomes } from './experiments'
import { hasCompiler, JavaProgram } from './java-program'

/** What one experiment came to, and with which versions. */
export interface JavaWitness {
  name: JavaExperimentName
  question: string
  /** Of the outcomes, the one that says most. */
  headline: string
  kafkaClients: string
  java: string
  /** `2026-11-23` */
  date: string
  outcomes: Outcomes
}

/**
 * Runs one experiment now; the cluster stays up for the next.
 * @returns undefined where the Java at hand has no compiler
 */
export async function runJava(name: JavaExperimentName): Promise<JavaWitness | undefined> {
  const installation = await provideInstallation()
  if (!hasCompiler(installation)) return undefined
  const cluster = await localCluster()
  const wire = new WireClient({ brokers: cluster.brokers, clientId: 'kafka-lab' })
  const topic = `java-${name}-${process.pid}-${Date.now().toString(36)}`
  const started: JavaProgram[] = []
  const brokers = cluster.brokers.map(({ host, port }) => `${host}:${port}`).join(',')
  try {
    await cluster.heal()
    await createTopics(wire, [{ name: topic, assignment: [[1, 2, 3]], config: {} }])
    const { run, ...words } = javaExperiments[name]
    const outcomes = await run({
      wire,
      control: cluster,
      brokerIds: cluster.brokers.map(({ id }) => id),
      brokers,
      topic,
      start: (program, ...given) => {
        const running = JavaProgram.start(installation, program, [brokers, ...given])
        started.push(running)
        return running
      },
    })
    const { kafkaVersion } = cluster
    const date = new Date().toISOString().slice(0, 10)
    const versions = { kafkaClients: kafkaVersion, java: installation.java.version }
    return { name, ...words, ...versions, date, outcomes }
  } finally {
    for (const program of started) program.kill()
    await deleteTopics(wire, [topic])
    wire.close()
  }
}
