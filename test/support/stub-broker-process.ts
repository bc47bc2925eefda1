/**
 * The broker behind the benchmark of the fault layer, in a process of its own so that its CPU time
 * does not count: it answers every Produce at once and keeps nothing.
 */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { produce } from '../../lib/src/protocol/apis/produce'
import { encodeResponse } from '../../lib/src/protocol/frame'
import { FrameSplitter } from '../../lib/src/protocol/frame-splitter'

const correlationIdAt = 8
const answer = encodeResponse(produce, 0, {
  topics: [
    {
      topic: 'lab-bench-orders',
      partitions: [
        { partition: 0, errorCode: 0, baseOffset: 0, logAppendTimeMs: -1, logStartOffset: 0 },
      ],
    },
  ],
  throttleTimeMs: 0,
})

const server = createServer((socket) => {
  const splitter = new FrameSplitter()
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    for (const frame of splitter.push(chunk)) {
      const bytes = Buffer.from(answer)
      bytes.writeInt32BE(frame.readInt32BE(correlationIdAt), 4)
      socket.write(bytes)
    }
  })
})

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit(0))
