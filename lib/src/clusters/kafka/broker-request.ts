/**
 * One request to one broker over a connection of its own: what starting and healing need before
 * anything else can talk to the cluster.
 */
import { connect } from 'node:net'
import type { Api } from '../../protocol/api'
import { FrameSplitter } from '../../protocol/frame-splitter'
import { Reader } from '../../protocol/reader'
import { Writer } from '../../protocol/writer'
import type { BrokerAddress } from './local-cluster'

const timeoutMs = 5000
/** Of an answer: its length and its correlation id. */
const prefixBytes = 8

/** Rejects when the broker cannot be reached, closes the connection or does not answer in 5 s. */
export function request<Q, A>(broker: BrokerAddress, api: Api<Q, A>, body: Q): Promise<A> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: broker.host, port: broker.port, noDelay: true })
    const splitter = new FrameSplitter()
    const fail = (why: string): void => {
      socket.destroy()
      reject(new Error(`broker ${broker.id} (${broker.host}:${broker.port}): ${api.name} ${why}`))
    }
    socket.setTimeout(timeoutMs, () => fail(`was not answered within ${timeoutMs} ms`))
    socket.once('error', (error) => fail(`failed: ${error.message}`))
    socket.once('close', () => fail('was not answered: the connection was closed'))
    socket.once('connect', () => socket.write(frame(api, body)))
    socket.on('data', (chunk) => {
      const [answer] = splitter.push(chunk)
      if (answer === undefined) return
      const reader = new Reader(answer)
      reader.skip(prefixBytes)
      resolve(api.response.read(reader))
      socket.destroy()
    })
  })
}

function frame<Q, A>(api: Api<Q, A>, body: Q): Buffer {
  const writer = new Writer()
  writer.int16(api.key)
  writer.int16(api.version)
  writer.int32(1)
  writer.int16(-1)
  api.request.write(writer, body)
  const payload = writer.done()
  const length = Buffer.alloc(4)
  length.writeInt32BE(payload.length)
  return Buffer.concat([length, payload])
}
