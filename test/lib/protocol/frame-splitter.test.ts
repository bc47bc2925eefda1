import assert from 'node:assert/strict'
import { MalformedFrameError, TornFrameError } from '../../../lib/src/protocol/frame-errors'
import { FrameSplitter, maxFrameBytes } from '../../../lib/src/protocol/frame-splitter'
import { frames } from './fixtures'

const some = frames.slice(0, 6).map(({ bytes }) => bytes)
const stream = Buffer.concat(some)

function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(length)
  return bytes
}

describe('FrameSplitter', () => {
  it('gives the same frames however the stream is cut into chunks', () => {
    for (let size = 1; size <= stream.length; size++) {
      const splitter = new FrameSplitter()
      const out: Buffer[] = []
      for (let at = 0; at < stream.length; at += size) {
        out.push(...splitter.push(stream.subarray(at, at + size)))
      }
      splitter.end()
      assert.deepEqual(out, some, `chunks of ${size} bytes`)
    }
  })

  it('hands out frames of one chunk as views of it', () => {
    const [first, second] = new FrameSplitter().push(stream)
    assert.equal(first?.buffer, stream.buffer)
    assert.equal(second?.buffer, stream.buffer)
  })

  it('gives a frame as soon as its last byte has come', () => {
    const frame = some[0] as Buffer
    const splitter = new FrameSplitter()
    assert.deepEqual(splitter.push(frame.subarray(0, -1)), [])
    assert.deepEqual(splitter.push(frame.subarray(-1)), [frame])
  })

  it('takes a frame without content', () => {
    assert.deepEqual(new FrameSplitter().push(prefix(0)), [prefix(0)])
  })

  it('refuses a negative length and one above 100 MiB, and names it', () => {
    for (const length of [-1, maxFrameBytes + 1, 0x48545450]) {
      assert.throws(
        () => new FrameSplitter().push(prefix(length)),
        (error) => error instanceof MalformedFrameError && error.message.includes(`${length}`),
      )
    }
    assert.deepEqual(new FrameSplitter().push(prefix(maxFrameBytes)), [])
  })

  it('says how many bytes are missing when the stream ends inside a frame', () => {
    const splitter = new FrameSplitter()
    splitter.push(Buffer.concat([prefix(10), Buffer.alloc(3)]))
    assert.throws(() => splitter.end(), { name: 'TornFrameError', missingBytes: 7 })
  })

  it('says how many bytes are missing when the stream ends inside a length', () => {
    const splitter = new FrameSplitter()
    splitter.push(Buffer.concat([prefix(0), prefix(10).subarray(0, 3)]))
    assert.throws(
      () => splitter.end(),
      (error) => error instanceof TornFrameError && error.missingBytes === 1,
    )
  })
})
