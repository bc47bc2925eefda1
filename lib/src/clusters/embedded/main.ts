/**
 * `npm run embedded`: the embedded cluster on loopback TCP and in real time, for any Kafka client
 * that speaks the versions kafkajs does. Nothing is written to disk: it forgets everything when it
 * ends, on Ctrl-C and SIGTERM.
 */
import { SimulatedCluster } from '../../simulation/cluster'
import { setting } from '../../simulation/settings'
import { courseSettings } from '../course-settings'
import { serveOnTcp, type TcpServer } from './tcp-server'

const usage = `Usage: npm run embedded [-- --json]

Starts a simulated Kafka cluster of three brokers in this process and prints their addresses.
Ctrl-C stops it.
  --json   print one line {"brokers": [{"id", "host", "port"}], "list"}`

const brokerIds = [1, 2, 3]

function description({ brokers }: TcpServer, list: string): string {
  return [
    'The embedded cluster is listening, in real time:',
    ...brokers.map(({ id, host, port }) => `  broker ${id}  ${host}:${port}`),
    '',
    `Broker list    ${list}`,
    `Another lab    KAFKA_LAB=${list} npm start`,
    '',
    'Ctrl-C stops it and forgets its data.',
  ].join('\n')
}

/** Resolves at the first signal to end; the listening ports keep the process alive. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve())
    }
  })
}

async function main(words: string[]): Promise<void> {
  const unknown = words.find((word) => word !== '--json' && word !== '--help')
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}\n${usage}`)
  if (words.includes('--help')) return console.log(usage)
  const toEnd = interrupted()
  const startOfTimeMs = Date.now()
  const server = await serveOnTcp({
    brokerIds,
    cluster: (brokers) =>
      new SimulatedCluster({
        brokers,
        settings: courseSettings,
        seed: startOfTimeMs,
        startOfTimeMs,
      }),
    maxRequestBytes: setting(courseSettings, 'socket.request.max.bytes'),
  })
  const { brokers } = server
  const list = brokers.map(({ host, port }) => `${host}:${port}`).join(',')
  console.log(
    words.includes('--json') ? JSON.stringify({ brokers, list }) : description(server, list),
  )
  await toEnd
  await server.close()
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
