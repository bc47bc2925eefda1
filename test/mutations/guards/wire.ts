/** Guards of the wire server and of the network in memory. */
import type { Mutation } from '../mutation'

const connection = ['clusters/embedded/broker-connection.test.ts']
const network = ['clusters/embedded/virtual-network.test.ts']
const server = ['clusters/embedded/wire-server.test.ts']

export const wireGuards: readonly Mutation[] = [
  {
    guard: 'a connection has one request at a time with the cluster',
    file: 'clusters/embedded/broker-connection.ts',
    source: "    this.state = 'muted'\n    this.session.request(api, request",
    broken: '    this.session.request(api, request',
    tests: connection,
  },
  {
    guard: 'a frame is at most as long as socket.request.max.bytes',
    file: 'protocol/frame-splitter.ts',
    source: 'length < 0 || length > this.maxBytes',
    broken: 'length < 0',
    tests: connection,
  },
  {
    guard: 'a frame has no negative length',
    file: 'protocol/frame-splitter.ts',
    source: 'throw badLength(length, this.maxBytes)',
    broken: 'if (length > 0) throw badLength(length, this.maxBytes)',
    tests: ['protocol/frame-splitter.test.ts'],
  },
  {
    guard: 'whatever cannot be understood closes the connection',
    file: 'clusters/embedded/broker-connection.ts',
    source: 'if (header === undefined) this.hangUp()',
    broken: 'if (header === undefined) return',
    tests: connection,
  },
  {
    guard: 'a fault of the cluster is not taken for the client’s',
    file: 'clusters/embedded/broker-connection.ts',
    source: 'instanceof UnknownApiError) return\n  throw error',
    broken: 'instanceof UnknownApiError) return',
    tests: connection,
  },
  {
    guard: 'a broker hangs up when the acks 0 before was handled',
    file: 'clusters/embedded/broker-connection.ts',
    source: 'if (this.unanswered) this.session',
    broken: 'if (!this.unanswered) this.session',
    tests: connection,
  },
  {
    guard: 'a client that ends its side is answered first',
    file: 'clusters/embedded/broker-connection.ts',
    source: "    if (!this.isListening) return\n    this.waiting.push('hang up')",
    broken:
      "    if (!this.isListening) return\n    this.waiting.splice(0, this.waiting.length, 'hang up')",
    tests: [...connection, ...network],
  },
  {
    guard: 'the session ends once, with its connection',
    file: 'clusters/embedded/broker-connection.ts',
    source: "    if (this.state === 'closed') return\n    this.close()\n    this.session.close()",
    broken: '    this.close()\n    this.session.close()',
    tests: connection,
  },
  {
    guard: 'a killed broker breaks its connections',
    file: 'clusters/embedded/broker-connection.ts',
    source: "if (how === 'killed') this.client.reset()",
    broken: "if (how !== 'killed') this.client.reset()",
    tests: server,
  },
  {
    guard: 'ApiVersions in an unknown version is answered, other APIs are not',
    file: 'clusters/embedded/unsupported-version.ts',
    source: 'frame.readInt16BE(apiKeyAt) !== apiVersions.key',
    broken: 'frame.readInt16BE(apiKeyAt) === -1',
    tests: connection,
  },
  {
    guard: 'a cut link lets nothing arrive',
    file: 'clusters/embedded/virtual-link.ts',
    source: 'if (this.link.isCut) {',
    broken: 'if (this.link.isCut && this.underWay.length === 0) {',
    tests: network,
  },
  {
    guard: 'a socket takes a copy of what is written',
    file: 'clusters/embedded/virtual-connection.ts',
    source: 'this.send(Buffer.from(bytes))',
    broken: 'this.send(bytes)',
    tests: network,
  },
  {
    guard: 'nothing arrives at a socket that was given up',
    file: 'clusters/embedded/virtual-connection.ts',
    source: '    this.toApp.close()\n',
    broken: '',
    tests: network,
  },
  {
    guard: 'a dead broker refuses connections',
    file: 'clusters/embedded/virtual-connection.ts',
    source: 'toApp.send(() => socket.failed(refused))',
    broken: 'toApp.send(() => socket.connected())',
    tests: network,
  },
]
