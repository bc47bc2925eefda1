/** Values, keys and headers as the record writes them: UTF-8 text, or `0x…` where they are not. */
import { isUtf8 } from 'node:buffer'

type Bytes = Buffer | string

export function textOf(value: Bytes | null | undefined): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  return isUtf8(value) ? value.toString('utf8') : `0x${value.toString('hex')}`
}

/** A header's first value as text. */
export function headerText(header: Bytes | Bytes[] | undefined): string | undefined {
  const first = Array.isArray(header) ? header[0] : header
  return textOf(first) ?? undefined
}
