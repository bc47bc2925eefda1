/**
 * Frames that are wrong in some way: captured requests of every API, changed as a broken client, a
 * broken cable or a stranger would change them. The same random numbers give the same frames.
 */
import { decodeRequest, encodeRequest } from '../../../../lib/src/protocol/frame'
import { frames } from '../../protocol/fixtures'

const requests = frames.filter(({ direction }) => direction === 'request').map(({ bytes }) => bytes)

/** Values at the edges of Kafka's integer types. */
const edges = [0, 1, -1, -2, 0x7f, 0x80, 0x7fff, 0x8000, 0x7fffffff, -0x80000000, 0x06400001]

type Random = () => number

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)] as T
}

/** Changes the content of a frame, which is all of it but its length. */
type Change = (content: Buffer, random: Random) => Buffer

const changes: Change[] = [
  function flipBits(content, random) {
    for (let count = 1 + below(random, 4); count > 0 && content.length > 0; count--) {
      const at = below(random, content.length)
      content[at] = (content[at] as number) ^ (1 << below(random, 8))
    }
    return content
  },
  function replaceInteger(content, random) {
    const bytes = pick(random, [1, 2, 4, 8])
    if (content.length < bytes) return content
    const at = below(random, content.length - bytes + 1)
    const value = pick(random, edges)
    if (bytes === 8) content.writeBigInt64BE(BigInt(value) << BigInt(below(random, 32)), at)
    else content.writeIntBE((value << (32 - 8 * bytes)) >> (32 - 8 * bytes), at, bytes)
    return content
  },
  function cut(content, random) {
    return content.subarray(0, below(random, content.length + 1))
  },
  function remove(content, random) {
    const from = below(random, content.length + 1)
    const to = from + below(random, Math.min(16, content.length - from) + 1)
    return Buffer.concat([content.subarray(0, from), content.subarray(to)])
  },
  function insertNoise(content, random) {
    const at = below(random, content.length + 1)
    const noise = Buffer.from(Array.from({ length: below(random, 32) }, () => below(random, 256)))
    return Buffer.concat([content.subarray(0, at), noise, content.subarray(at)])
  },
  function repeat(content, random) {
    const from = below(random, content.length + 1)
    const to = from + below(random, content.length - from + 1)
    return Buffer.concat([content.subarray(0, to), content.subarray(from)])
  },
  function splice(content, random) {
    const other = pick(random, requests).subarray(4)
    const head = content.subarray(0, below(random, content.length + 1))
    return Buffer.concat([head, other.subarray(below(random, other.length + 1))])
  },
  function changeHeader(content, random) {
    if (content.length >= 4) {
      content.writeInt16BE(pick(random, [content.readInt16BE(0), below(random, 80)]), 0)
      content.writeInt16BE(below(random, 14) - 1, 2)
    }
    return content
  },
]

/** Where the frame itself is wrong: its length is not that of its content. */
const wrongLength = 0.05

/** Without a change, so that there are topics, records and groups to ask for. */
const unharmed = 0.15

/** Where every field has a value that its type can hold, but a strange one. */
const strange = 0.5

/** One frame; bytes that come behind it on the stream may belong to it. */
export function mutatedFrame(random: Random): Buffer {
  const original = pick(random, requests)
  if (random() < unharmed) return Buffer.from(original)
  if (random() < strange) return strangeRequest(original, random)
  let content: Buffer = Buffer.from(original.subarray(4))
  for (let count = pick(random, [1, 1, 1, 2, 3]); count > 0; count--) {
    content = pick(random, changes)(Buffer.from(content), random)
  }
  const frame = Buffer.alloc(4 + content.length)
  frame.writeInt32BE(random() < wrongLength ? pick(random, edges) : content.length)
  content.copy(frame, 4)
  return frame
}

function strangeRequest(original: Buffer, random: Random): Buffer {
  const { api, request, ...header } = decodeRequest(original)
  const change = 1 / (1 + below(random, 10))
  for (;;) {
    try {
      return encodeRequest(api, header, strangeValue(request, random, change))
    } catch (error) {
      // A number that is too large for its field: the next try has others.
      if (!(error instanceof RangeError)) throw error
    }
  }
}

const strangeNumbers = [...edges, 2, 3, 16, 1000, 2 ** 53 - 1, -(2 ** 53) + 1]
const strangeTexts = [
  '',
  ' ',
  '.',
  '..',
  'a/b',
  'x'.repeat(300),
  '__consumer_offsets',
  'ä€😀',
  '\0',
]

/** The value with some of its parts changed; `change` is how likely each is. */
function strangeValue(value: unknown, random: Random, change: number): unknown {
  const changed = random() < change
  if (Array.isArray(value)) {
    const elements = value.map((element) => strangeValue(element, random, change))
    if (!changed) return elements
    return pick(random, [[], [...elements, ...elements], elements.slice(1)])
  }
  if (Buffer.isBuffer(value)) {
    return changed ? pick(random, changes)(Buffer.from(value), random) : value
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(
      entries.map(([name, field]) => [name, strangeValue(field, random, change)]),
    )
  }
  if (!changed) return value
  if (typeof value === 'number') return pick(random, strangeNumbers)
  if (typeof value === 'string') return pick(random, strangeTexts)
  return typeof value === 'boolean' ? !value : value
}
