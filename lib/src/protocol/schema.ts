/**
 * Kafka's types as small values that can both read and write, and combinators that build larger
 * ones from them. A message described once with them is decoded and encoded by the same
 * description and has its TypeScript type inferred, so that the client and the simulated broker
 * cannot disagree. Names of fields are Kafka's in camelCase; where its APIs differ in what they
 * call a topic's name or a partition's index, the lab says `topic` and `partition`.
 */
import { MalformedFrameError } from './frame-errors'
import type { Buffer } from './platform'
import type { Reader } from './reader'
import type { Writer } from './writer'

export interface Schema<T> {
  read(reader: Reader): T
  write(writer: Writer, value: T): void
}

/** The TypeScript type of what a schema describes. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never

export const int8: Schema<number> = {
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
}

export const int16: Schema<number> = {
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
}

export const int32: Schema<number> = {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
}

/** A number within ±2^53. */
export const int64: Schema<number> = {
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
}

export const boolean: Schema<boolean> = {
  read: (reader) => reader.boolean(),
  write: (writer, value) => writer.boolean(value),
}

/** STRING => length bytes; length => INT16. */
export const string: Schema<string> = {
  read: (reader) => reader.text(reader.int16()),
  write(writer, value) {
    const at = writer.position
    writer.int16(0)
    const length = writer.text(value)
    if (length > 0x7fff) throw new RangeError(`A string of ${length} bytes is longer than 32767`)
    writer.patchInt16(at, length)
  },
}

/** NULLABLE_STRING: as STRING, with length -1 for null. */
export const nullableString: Schema<string | null> = {
  read(reader) {
    const length = reader.int16()
    return length === -1 ? null : reader.text(length)
  },
  write(writer, value) {
    if (value === null) writer.int16(-1)
    else string.write(writer, value)
  },
}

/** BYTES => length bytes; length => INT32. Read as a view. */
export const bytes: Schema<Buffer> = {
  read: (reader) => reader.raw(reader.int32()),
  write(writer, value) {
    writer.int32(value.length)
    writer.raw(value)
  },
}

/** RECORDS: as BYTES, with length -1 for null; what is inside is record-batch.ts's business. */
export const records: Schema<Buffer | null> = {
  read(reader) {
    const length = reader.int32()
    return length === -1 ? null : reader.raw(length)
  },
  write(writer, value) {
    if (value === null) writer.int32(-1)
    else bytes.write(writer, value)
  },
}

/** ARRAY => count elements; count => INT32. */
export function array<T>(element: Schema<T>): Schema<T[]> {
  return {
    read: (reader) => readElements(reader, element, reader.int32()),
    write(writer, values) {
      writer.int32(values.length)
      for (const value of values) element.write(writer, value)
    },
  }
}

/** NULLABLE_ARRAY: as ARRAY, with count -1 for null. */
export function nullableArray<T>(element: Schema<T>): Schema<T[] | null> {
  const present = array(element)
  return {
    read(reader) {
      const count = reader.int32()
      return count === -1 ? null : readElements(reader, element, count)
    },
    write(writer, values) {
      if (values === null) writer.int32(-1)
      else present.write(writer, values)
    },
  }
}

type Fields = Record<string, Schema<unknown>>
type StructOf<F extends Fields> = { [Name in keyof F]: ValueOf<F[Name]> }

/** Fields one after the other, in the order in which they are written down. */
export function struct<F extends { [name: string]: Schema<any> }>(fields: F): Schema<StructOf<F>> {
  const entries = Object.entries(fields) as [string, Schema<unknown>][]
  return {
    read(reader) {
      const value: Record<string, unknown> = {}
      let field = ''
      try {
        for (const entry of entries) {
          field = entry[0]
          value[field] = entry[1].read(reader)
        }
      } catch (error) {
        throw error instanceof MalformedFrameError ? error.within(field) : error
      }
      return value as StructOf<F>
    },
    write(writer, value) {
      for (const [name, schema] of entries) schema.write(writer, value[name])
    },
  }
}

/** `count` elements; every element takes a byte at least, which bounds what a bad count can do. */
export function readElements<T>(reader: Reader, element: Schema<T>, count: number): T[] {
  if (count < 0 || count > reader.remaining) {
    throw new MalformedFrameError(
      `${count} elements cannot stand in the ${reader.remaining} bytes that are left`,
    )
  }
  const values: T[] = []
  for (let index = 0; index < count; index++) values.push(element.read(reader))
  return values
}
