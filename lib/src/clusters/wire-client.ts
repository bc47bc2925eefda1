/**
 * The lab's own small Kafka client: typed requests to a named broker, with no retries and no
 * background work, so that what it does around a run can be seen at the call. It is kept apart from
 * kafkajs because the thing under test must not also be the witness. No TLS, no SASL.
 */
import { connect as connectTcp } from 'node:net'
import type { Api } from '../protocol/api'
import { metadata } from '../protocol/apis/metadata'
import type { ByteStream } from './byte-stream'
import { NoAnswerError, WireConnection } from './wire-connection'

export interface BrokerEndpoint {
  /** Kafka's node id; where it is not known, Metadata tells it. */
  id?: number
  host: string
  port: number
}

export interface WireClientOptions {
  /** Where to begin; the other brokers are learnt from these. */
  brokers: BrokerEndpoint[]
  clientId: string
  /** Opens a byte stream to a broker; TCP unless given. */
  connect?: (endpoint: BrokerEndpoint) => ByteStream
  /** How long a request may take, connecting included; default 10 s. */
  timeoutMs?: number
}

export class WireClient {
  private readonly brokers: BrokerEndpoint[]
  private readonly clientId: string
  private readonly connect: (endpoint: BrokerEndpoint) => ByteStream
  private readonly timeoutMs: number
  private readonly byId = new Map<number, BrokerEndpoint>()
  private readonly connections = new Map<string, WireConnection>()
  private isClosed = false

  constructor(options: WireClientOptions) {
    if (options.brokers.length === 0) throw new Error('A WireClient needs at least one broker')
    this.brokers = options.brokers
    this.clientId = options.clientId
    this.connect = options.connect ?? openTcp
    this.timeoutMs = options.timeoutMs ?? 10_000
    for (const broker of options.brokers) {
      if (broker.id !== undefined) this.byId.set(broker.id, broker)
    }
  }

  /**
   * Sends one request to the broker with this id, or to the first broker that can be reached.
   * @throws {NoAnswerError} no connection, or no answer in time: names API, broker and why
   */
  async request<Request, Response>(
    broker: number | 'any',
    api: Api<Request, Response>,
    payload: Request,
  ): Promise<Response> {
    if (broker === 'any') return this.requestAny(api, payload)
    const endpoint = this.byId.get(broker) ?? (await this.learn(broker, api.name))
    return this.connectionTo(endpoint).request(api, payload, this.timeoutMs)
  }

  /** Ends every connection; resolves when no socket is left. Later requests are refused. */
  async close(): Promise<void> {
    this.isClosed = true
    const connections = [...this.connections.values()]
    for (const connection of connections) connection.end('the client was closed')
    await Promise.all(connections.map(({ closed }) => closed))
  }

  private async requestAny<Request, Response>(
    api: Api<Request, Response>,
    payload: Request,
  ): Promise<Response> {
    const failures: string[] = []
    for (const broker of this.brokers) {
      try {
        return await this.connectionTo(broker).request(api, payload, this.timeoutMs)
      } catch (error) {
        if (!(error instanceof NoAnswerError) || this.isClosed) throw error
        failures.push(error.message)
      }
    }
    throw new NoAnswerError(`No broker answered: ${failures.join('; ')}`)
  }

  private async learn(id: number, api: string): Promise<BrokerEndpoint> {
    const request = { topics: [], allowAutoTopicCreation: false }
    const { brokers } = await this.requestAny(metadata, request)
    for (const { nodeId, host, port } of brokers) this.byId.set(nodeId, { id: nodeId, host, port })
    const endpoint = this.byId.get(id)
    if (endpoint !== undefined) return endpoint
    const known = [...this.byId.keys()].join(', ')
    throw new NoAnswerError(`${api} to broker ${id}: the cluster names only brokers ${known}`)
  }

  private connectionTo(endpoint: BrokerEndpoint): WireConnection {
    if (this.isClosed) throw new Error('The client was closed: build another WireClient')
    const { id, host, port } = endpoint
    const address = `${host}:${port}`
    const existing = this.connections.get(address)
    if (existing?.usable) return existing
    const label = id === undefined ? `broker ${address}` : `broker ${id} (${address})`
    const connection = new WireConnection(this.connect(endpoint), label, this.clientId)
    this.connections.set(address, connection)
    return connection
  }
}

function openTcp({ host, port }: BrokerEndpoint): ByteStream {
  return connectTcp({ host, port, noDelay: true })
}
