/**
 * The wire server on loopback TCP, in real time: one listening port for each broker of a simulated
 * cluster, for clients in other processes. A dead broker's port takes connections and resets them,
 * where a real one's refuses them.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { BrokerAddress } from '../cluster'
import { BrokerConnection } from './broker-connection'
import type { ServedCluster } from './broker-session'
import { RealTime } from './real-time'

const host = '127.0.0.1'

export interface TcpServerOptions {
  brokerIds: readonly number[]
  /** Makes the cluster once its addresses are known: Metadata names them. */
  cluster: (brokers: BrokerAddress[]) => ServedCluster
  /** The brokers' setting `socket.request.max.bytes`. */
  maxRequestBytes: number
}

export interface TcpServer {
  readonly brokers: readonly BrokerAddress[]
  /** Does something with the cluster, as of now. */
  act(work: () => void): void
  /** Resolves when no port and no connection is left. */
  close(): Promise<void>
}

/** Resolves when every broker has its port. */
export async function serveOnTcp(options: TcpServerOptions): Promise<TcpServer> {
  const servers: Server[] = []
  const brokers: BrokerAddress[] = []
  for (const id of options.brokerIds) {
    // Half open, so that a client that has ended its side still gets its answers.
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    await listening(server)
    servers.push(server)
    brokers.push({ id, host, port: (server.address() as AddressInfo).port })
  }
  const cluster = options.cluster(brokers)
  const time = new RealTime(cluster)
  const sockets = new Set<Socket>()
  for (const [index, server] of servers.entries()) {
    const { id } = brokers[index] as BrokerAddress
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      time.act(() => serve(socket, cluster.connect(id), time, options.maxRequestBytes))
    })
  }
  return {
    brokers,
    act: (work) => time.act(work),
    async close() {
      time.stop()
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
}

/** Like Kafka, reads no further while requests wait or an answer is not out yet. */
function serve(
  socket: Socket,
  session: ReturnType<ServedCluster['connect']>,
  time: RealTime,
  maxRequestBytes: number,
): void {
  // Whatever breaks a connection, `close` follows.
  socket.on('error', () => socket.destroy())
  if (session === 'refused') {
    socket.resetAndDestroy()
    return
  }
  const readIfIdle = (): void => {
    if (connection.isBusy || socket.writableNeedDrain) socket.pause()
    else socket.resume()
  }
  const client = {
    write(bytes: Buffer) {
      socket.write(bytes)
      readIfIdle()
    },
    end: () => socket.destroySoon(),
    reset: () => socket.resetAndDestroy(),
  }
  const connection = new BrokerConnection(session, client, maxRequestBytes)
  socket.on('data', (chunk) => {
    time.act(() => connection.receive(chunk))
    readIfIdle()
  })
  socket.on('drain', readIfIdle)
  socket.on('end', () => time.act(() => connection.receiveEnd()))
  socket.on('close', () => time.act(() => connection.drop()))
}
