import assert from 'node:assert/strict'
import { Reader } from '../../../lib/src/protocol/reader'
import {
  array,
  boolean,
  bytes,
  int16,
  int32,
  int64,
  int8,
  nullableArray,
  nullableString,
  records,
  string,
  struct,
  type Schema,
} from '../../../lib/src/protocol/schema'
import { Writer } from '../../../lib/src/protocol/writer'

function written<T>(schema: Schema<T>, value: T): Buffer {
  const writer = new Writer(1)
  schema.write(writer, value)
  return writer.done()
}

function check<T>(schema: Schema<T>, value: T, hex: string): void {
  const encoded = written(schema, value)
  assert.equal(encoded.toString('hex'), hex)
  const reader = new Reader(encoded)
  assert.deepEqual(schema.read(reader), value)
  reader.end('the value')
}

function read<T>(schema: Schema<T>, hex: string): T {
  return schema.read(new Reader(Buffer.from(hex, 'hex')))
}

describe("Kafka's primitive types", () => {
  it('integers are big-endian and signed', () => {
    check(int8, -2, 'fe')
    check(int16, -2, 'fffe')
    check(int32, 258, '00000102')
    check(int64, -1, 'ffffffffffffffff')
    check(int64, -(2 ** 32), 'ffffffff00000000')
    check(int64, Number.MAX_SAFE_INTEGER, '001fffffffffffff')
    check(int64, Number.MIN_SAFE_INTEGER, 'ffe0000000000001')
  })

  it('an INT64 beyond 2^53 is refused in both directions', () => {
    assert.throws(() => read(int64, '0020000000000000'), { message: /9007199254740992 .*beyond/ })
    assert.throws(() => read(int64, '8000000000000000'), { message: /-9223372036854775808/ })
    assert.throws(() => written(int64, 2 ** 53), RangeError)
    assert.throws(() => written(int64, 0.5), RangeError)
  })

  it('a number that its type cannot hold is refused', () => {
    assert.throws(() => written(int8, 128), RangeError)
    assert.throws(() => written(int16, 40_000), RangeError)
    assert.throws(() => written(int32, 2 ** 31), RangeError)
  })

  it('strings count bytes, not characters', () => {
    check(string, 'größe', '0007' + Buffer.from('größe').toString('hex'))
    check(nullableString, null, 'ffff')
    check(nullableString, '', '0000')
    assert.throws(() => written(string, 'x'.repeat(32_768)), RangeError)
  })

  it('a string of negative length, or one that is not UTF-8, is refused', () => {
    assert.throws(() => read(string, 'ffff'), { message: /length -1 is negative/ })
    assert.throws(() => read(string, '0001ff'), { message: /not UTF-8/ })
    assert.equal(read(string, '0003efbfbd'), '\ufffd')
  })

  it('bytes and records are views, and records can be null', () => {
    check(bytes, Buffer.from('ab'), '000000026162')
    check(records, null, 'ffffffff')
    assert.throws(() => read(bytes, '00000003ff'), { message: /3 bytes wanted .* only 1 are left/ })
    assert.throws(() => read(bytes, 'fffffffe'), { message: /length -2 is negative/ })
  })

  it('arrays and structs nest', () => {
    const rows = array(struct({ topic: string, partitions: array(int32), internal: boolean }))
    check(
      rows,
      [{ topic: 'a', partitions: [7], internal: true }],
      '00000001' + '000161' + '00000001' + '00000007' + '01',
    )
    check(nullableArray(int8), null, 'ffffffff')
    check(nullableArray(int8), [1, 2], '000000020102')
  })

  it('a count that cannot be true is refused before anything is read', () => {
    assert.throws(() => read(array(int8), '7fffffff00'), { message: /2147483647 elements/ })
    assert.throws(() => read(array(int8), 'ffffffff'), { message: /-1 elements/ })
  })

  it('varints hold every 32-bit number', () => {
    for (const value of [0, -1, 1, 63, -64, 64, 300, -300, 2 ** 31 - 1, -(2 ** 31)]) {
      const writer = new Writer()
      writer.varint(value)
      const reader = new Reader(writer.done())
      assert.equal(reader.varint(), value)
      reader.end('the varint')
    }
    assert.throws(() => new Reader(Buffer.alloc(6, 0x80)).varint(), { message: /longer than 5/ })
    assert.throws(() => new Reader(Buffer.alloc(11, 0x80)).skipVarlong(), { message: /than 10/ })
  })
})
