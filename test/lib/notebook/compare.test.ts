import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sequence } from '../../../lib/src/charts'
import { ledger } from '../../../lib/src/checker'
import type { Run } from '../../../lib/src/history/run'
import { bundleOf } from '../../../lib/src/notebook/bundle'
import { compare, recorded } from '../../../lib/src/notebook/compare'
import { recordingOf } from '../../../lib/src/notebook/recording'
import { readRecording, recordingFile, recordingFiles } from '../../../lib/src/notebook/recordings'
import { hundredOrders } from '../../support/runs/hundred-orders'
import { lostAck } from '../../support/runs/lost-ack'

const many = () => hundredOrders({ acks: -1 })

describe('compare', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-lab-data-'))
    mkdirSync(join(folder, '04-lost'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function keep(run: Run): string {
    const { name, content } = recordingFile(recordingOf(run, '2026-03-01'))
    writeFileSync(join(folder, '04-lost', name), content)
    return name
  }

  /** The same experiment on the embedded cluster, with something else in its record. */
  function embedded(make: () => Run, change: (run: Run) => void = () => undefined): Run {
    const run = structuredClone(make())
    run.cluster = { kind: 'embedded', kafkaVersion: 'embedded', brokers: [1, 2, 3] }
    change(run)
    return run
  }

  it('says that verdict and record are the same, on which Kafka, recorded when', () => {
    keep(lostAck())
    const found = compare(embedded(lostAck), folder)
    assert.equal(found.outcome, 'same')
    assert.equal(
      found.finding,
      'The same verdict and logs as on Kafka 4.4.0, recorded 2026-03-01, ' +
        'delivery to orders at least once',
    )
    const titles = found.columns.map(({ title }) => title)
    assert.deepEqual(titles, ['', 'embedded, now', 'Kafka 4.4.0, recorded 2026-03-01'])
    const rows = found.rows.map((row) => row.map(({ text }) => text))
    assert.deepEqual(rows.slice(0, 4), [
      ['guarantee: delivery to orders', 'at least once', 'at least once'],
      [
        'message orders order-1',
        ...Array.from({ length: 2 }, () => 'told ok: duplicated (2 there, 2 visible)'),
      ],
      ['anomalies', 'duplicate orders order-1', 'duplicate orders order-1'],
      ['log of orders-0', '0:order-1 · 1:order-1', '0:order-1 · 1:order-1'],
    ])
    assert.match(found.note ?? '', /not compared: times of events/)
  })

  it('names the difference when the verdict is another one', () => {
    keep(lostAck())
    const once = embedded(lostAck, (run) => void run.logs[0]!.batches.pop())
    const found = compare(once, folder)
    assert.equal(found.outcome, 'other verdict')
    assert.match(
      found.finding,
      /^Another verdict than on Kafka 4\.4\.0, recorded 2026-03-01: guarantee: delivery to orders is exactly once here, at least once there \(4 differences in all\)$/,
    )
    const coloured = found.rows.filter((row) => row.some(({ meaning }) => meaning !== undefined))
    assert.equal(coloured.length, 4)
  })

  it('names the difference when the verdict is the same and the record is not', () => {
    keep(lostAck())
    const found = compare(
      embedded(lostAck, (run) => void (run.logs[0]!.batches[0]!.compression = 'gzip')),
      folder,
    )
    assert.equal(found.outcome, 'other details')
    assert.match(
      found.finding,
      /^The same verdict as on .*, but log of orders-0 is 0:order-1\(gzip\)/,
    )
  })

  it('shows a long list from where it parts', () => {
    keep(many())
    const other = embedded(many, ({ logs }) => {
      const batches = logs[0]!.batches
      batches[batches.length - 1]!.compression = 'gzip'
    })
    const row = compare(other, folder).rows.find(([label]) => label?.text.startsWith('log of'))
    assert.match(row?.[1]?.text ?? '', /^… · \d+:[^·]*gzip\)$/)
  })

  it('says so when the app has other code, and which, and what to do', () => {
    keep(lostAck())
    const changed = embedded(lostAck, (run) => void (run.plan.apps['shop']!.bodyHash = 'other'))
    const found = compare(changed, folder)
    assert.equal(found.outcome, 'not recorded')
    assert.match(
      found.finding,
      /its plan is recorded, but with other code of shop; .*KAFKA_LAB=local/,
    )
    assert.match(bundleOf(found)['text/plain'], /npm run record$/)
  })

  it('says so when nothing like it was recorded, or nothing at all', () => {
    keep(lostAck())
    const other = embedded(lostAck, (run) => void (run.plan.seed = 7))
    assert.match(compare(other, folder).finding, /^Not compared .*no recording has this plan/)
    const nowhere = compare(embedded(lostAck), join(folder, 'nowhere'))
    assert.equal(nowhere.outcome, 'not recorded')
  })

  it('refuses what is no run', () => {
    const promise = Promise.resolve(lostAck()) as unknown as Run
    assert.throws(() => compare(promise), /compare: give it a run/)
  })
})

describe('a recording', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-lab-data-'))
    mkdirSync(join(folder, 'notebook'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('reads back as the run it was made of, short or long', () => {
    for (const run of [lostAck(), many()]) {
      const recording = recordingOf(run, '2026-03-01')
      const { name, content } = recordingFile(recording)
      const file = join(folder, 'notebook', name)
      writeFileSync(file, content)
      assert.deepEqual(readRecording(file), recording)
    }
    const endings = recordingFiles(folder).map((file) => file.replace(/^.*?\.json/, ''))
    assert.deepEqual(endings.sort(), ['', '.gz'])
  })

  it('gives the recorded run, of which pictures are drawn and ledgers made', () => {
    const recording = recordingOf(lostAck(), '2026-03-01')
    const { name, content } = recordingFile(recording)
    writeFileSync(join(folder, 'notebook', name), content)
    const run = recorded(structuredClone(lostAck()), folder)
    assert.equal(sequence(run).finding, sequence(lostAck()).finding)
    assert.deepEqual(ledger(run), ledger(lostAck()))
  })

  it('that is not there throws, with what to do', () => {
    assert.throws(() => recorded(lostAck(), folder), /Not compared with real Kafka.*npm run record/)
  })
})
