/**
 * `npm run kafka`: the local cluster in the foreground, for any Kafka client and for another lab.
 * It ends on Ctrl-C and SIGTERM, and with its supervisor should it be killed outright.
 */
import { localCluster, type LocalCluster } from './local-cluster'

const usage = `Usage: npm run kafka [-- --json]

Starts three real Kafka brokers on this machine and prints their addresses. Ctrl-C stops them and
removes their data.
  --json   print one line {"kafkaVersion", "brokers": [{"id", "host", "port"}], "list"}`

function description(cluster: LocalCluster, list: string): string {
  const rows = cluster.brokers.map(({ id, host, port }) => `  broker ${id}  ${host}:${port}`)
  return [
    `Apache Kafka ${cluster.kafkaVersion} is running:`,
    ...rows,
    '',
    `Broker list    ${list}`,
    `Another lab    KAFKA_LAB=${list} npm start`,
    '',
    'Ctrl-C stops it and removes its data.',
  ].join('\n')
}

/** Resolves at the first signal to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Keeps the process alive: the cluster itself does not.
    const alive = setInterval(() => {}, 60_000)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        clearInterval(alive)
        resolve()
      })
    }
  })
}

async function main(words: string[]): Promise<void> {
  const unknown = words.find((word) => word !== '--json' && word !== '--help')
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}\n${usage}`)
  if (words.includes('--help')) return console.log(usage)
  const toEnd = interrupted()
  const starting = localCluster()
  const cluster = await Promise.race([starting, toEnd])
  // A signal while it starts ends this process, and its supervisor with it.
  if (cluster === undefined) return process.exit(0)
  const list = cluster.brokers.map(({ host, port }) => `${host}:${port}`).join(',')
  const { kafkaVersion, brokers } = cluster
  if (words.includes('--json')) console.log(JSON.stringify({ kafkaVersion, brokers, list }))
  else console.log(description(cluster, list))
  await toEnd
  await cluster.stop()
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
