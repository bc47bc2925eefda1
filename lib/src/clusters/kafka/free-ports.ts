/**
 * Free loopback ports for brokers, taken from below the ranges from which Linux (32768) and macOS
 * (49152) take the ports of outgoing connections:
 * a killed broker must find its own port free again.
 */
import { createServer } from 'node:net'
import { randomInt } from 'node:crypto'

const lowest = 20_000
const beyond = 32_768

/** That many different ports, free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(lowest, beyond)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
