/**
 * Renews fixtures/frames.json: the frames of a kafkajs session with a real broker, the first of
 * each API and direction, every Produce request, and the Fetch response that brought the records.
 *
 *     npx tsx test/lib/protocol/capture-fixtures.ts 127.0.0.1:9092
 */
import { writeFileSync } from 'node:fs'
import { describeResponse } from '../../../lib/src/protocol/describe'
import { kafkajsSession, type CapturedFrame } from './kafkajs-session'

async function main(): Promise<void> {
  const brokers = process.argv.slice(2)
  if (brokers.length === 0) throw new Error('Name a broker, e.g. 127.0.0.1:9092')
  const seen = new Set<string>()
  const kept = (await kafkajsSession(brokers, 'lab')).filter((frame) => {
    const { direction, api } = frame
    const isFirst = !seen.has(`${direction} ${api}`)
    seen.add(`${direction} ${api}`)
    return isFirst || (direction === 'request' && api === 'Produce') || bringsRecords(frame)
  })
  const rows = kept.map(({ direction, api, apiVersion, bytes }) =>
    JSON.stringify({ direction, api, apiVersion, hex: bytes.toString('hex') }),
  )
  const file = `${__dirname}/fixtures/frames.json`
  writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`)
  console.log(`${rows.length} frames in ${file}`)
}

function bringsRecords(frame: CapturedFrame): boolean {
  if (frame.direction !== 'response' || frame.api !== 'Fetch') return false
  const { partitions } = describeResponse(frame.bytes, frame).fields
  return partitions?.some(({ values }) => values !== undefined) ?? false
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
