/**
 * The flexible encoding of KIP-482, which a few APIs use: lengths are unsigned varints of the
 * length plus one (0 is null), and every struct ends with tagged fields. kafkajs sends only version
 * 0 of the two reassignment APIs so; the lab itself asks ApiVersions 3. Tagged fields that are
 * unknown are skipped, as KIP-482 demands.
 *
 *     TAG_BUFFER => count (tag size bytes)*
 *       count, tag, size => UNSIGNED_VARINT
 */
import { MalformedFrameError } from './frame-errors'
import { Buffer } from './platform'
import { Reader } from './reader'
import { readElements, struct, type Schema } from './schema'
import type { Writer } from './writer'

export const compactString: Schema<string> = {
  read: (reader) => reader.text(reader.unsignedVarint() - 1),
  write(writer, value) {
    writeCompactText(writer, value)
  },
}

export const compactNullableString: Schema<string | null> = {
  read(reader) {
    const length = reader.unsignedVarint() - 1
    return length === -1 ? null : reader.text(length)
  },
  write(writer, value) {
    if (value === null) writer.unsignedVarint(0)
    else writeCompactText(writer, value)
  },
}

export function compactArray<T>(element: Schema<T>): Schema<T[]> {
  return {
    read: (reader) => readElements(reader, element, reader.unsignedVarint() - 1),
    write(writer, values) {
      writer.unsignedVarint(values.length + 1)
      for (const value of values) element.write(writer, value)
    },
  }
}

export function compactNullableArray<T>(element: Schema<T>): Schema<T[] | null> {
  const present = compactArray(element)
  return {
    read(reader) {
      const count = reader.unsignedVarint() - 1
      return count === -1 ? null : readElements(reader, element, count)
    },
    write(writer, values) {
      if (values === null) writer.unsignedVarint(0)
      else present.write(writer, values)
    },
  }
}

/** A struct that ends with tagged fields, none of which is known. */
export function flexibleStruct<F extends { [name: string]: Schema<any> }>(fields: F) {
  const plain = struct(fields)
  const schema: typeof plain = {
    read(reader) {
      const value = plain.read(reader)
      readTags(reader)
      return value
    },
    write(writer, value) {
      plain.write(writer, value)
      writeNoTags(writer)
    },
  }
  return schema
}

/** Reads tagged fields and returns a reader for each, by tag. */
export function readTags(reader: Reader): Map<number, Reader> {
  const tags = new Map<number, Reader>()
  const count = reader.unsignedVarint()
  for (let index = 0; index < count; index++) {
    const tag = reader.unsignedVarint()
    if (tags.has(tag)) throw new MalformedFrameError(`tag ${tag} stands twice`)
    tags.set(tag, new Reader(reader.raw(reader.unsignedVarint())))
  }
  return tags
}

export function writeNoTags(writer: Writer): void {
  writer.unsignedVarint(0)
}

function writeCompactText(writer: Writer, value: string): void {
  writer.unsignedVarint(Buffer.byteLength(value) + 1)
  writer.text(value)
}
