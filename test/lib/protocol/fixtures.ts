/** Frames that kafkajs 2.2.4 and a broker of Apache Kafka 4.4.0 wrote; see capture-fixtures.ts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { CapturedFrame } from './kafkajs-session'

type Row = Omit<CapturedFrame, 'bytes'> & { hex: string }

const rows: Row[] = JSON.parse(readFileSync(`${__dirname}/fixtures/frames.json`, 'utf8'))

export const frames: CapturedFrame[] = rows.map(({ hex, ...row }) => ({
  ...row,
  bytes: Buffer.from(hex, 'hex'),
}))

/** The `index`-th captured frame of an API. */
export function frameOf(direction: 'request' | 'response', api: string, index = 0): Buffer {
  const matching = frames.filter((frame) => frame.direction === direction && frame.api === api)
  const frame = matching[index]
  assert.ok(frame, `no ${direction} number ${index} of ${api} was captured`)
  return frame.bytes
}
