/**
 * `npm run java`: runs the experiments with the Java client on the local cluster and holds their
 * outcomes against the recording in data/; `--write` renews it.
 */
import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { localCluster } from '../../lib/src/clusters/kafka/local-cluster'
import { javaExperiments, type JavaExperimentName } from '../../lib/src/java/experiments'
import { runJava, type JavaWitness } from '../../lib/src/java/run-java'
import { javaFile, recordedWitnesses } from '../../lib/src/notebook/java-client'

const known = Object.keys(javaExperiments) as JavaExperimentName[]

const usage = `Usage: npm run java [-- NAME ... --write]

Runs the experiments named, or all, with Kafka's Java client on the local cluster, which takes a JDK:
${known.map((name) => `  ${name}`).join('\n')}

  --write   keep the outcomes in data/java.json instead of comparing them with it`

function chosen(words: readonly string[]): JavaExperimentName[] {
  const unknown = words.find((word) => !known.some((name) => name === word))
  if (unknown !== undefined) {
    throw new Error(`there is no experiment ${unknown}; known are ${known.join(', ')}`)
  }
  return words.length === 0 ? known : known.filter((name) => words.includes(name))
}

async function runAll(names: readonly JavaExperimentName[]): Promise<JavaWitness[]> {
  const done: JavaWitness[] = []
  try {
    for (const name of names) {
      const witness = await runJava(name)
      if (witness === undefined) {
        throw new Error('the Java found has no compiler: put a JDK on PATH or set JAVA_HOME to one')
      }
      done.push(witness)
      console.log(`${name}: ${witness.question}`)
      for (const [what, outcome] of Object.entries(witness.outcomes)) {
        console.log(`  ${what}: ${outcome}`)
      }
    }
  } finally {
    await (await localCluster()).stop()
  }
  return done
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, write: { type: 'boolean' } },
  })
  if (values.help) return console.log(usage)
  const witnesses = await runAll(chosen(positionals))
  if (values.write) {
    const kept = recordedWitnesses()
    const renewed = known.flatMap((name) => {
      const of = (each: JavaWitness) => each.name === name
      return witnesses.find(of) ?? kept.find(of) ?? []
    })
    return writeFileSync(javaFile, `${JSON.stringify(renewed, null, 2)}\n`)
  }
  for (const { name, outcomes } of witnesses) {
    const recorded = recordedWitnesses().find((each) => each.name === name)
    if (isDeepStrictEqual(recorded?.outcomes, outcomes)) continue
    console.error(`${name}: the recording says otherwise: ${JSON.stringify(recorded?.outcomes)}`)
    process.exitCode = 1
  }
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
