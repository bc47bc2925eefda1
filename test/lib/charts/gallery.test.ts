import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOf } from '../../../lib/src/notebook/bundle'
import { gallery } from './gallery'

// Snapshots are pictures to look at; `UPDATE_SNAPSHOTS=1` with this file renews them.
const folder = join(__dirname, 'snapshots')
const updating = process.env.UPDATE_SNAPSHOTS === '1'

function picture(name: string): { file: string; text: string } {
  const bundle = bundleOf(gallery[name]!())
  const svg = bundle['image/svg+xml']
  return svg === undefined
    ? { file: `${name}.html`, text: bundle['text/html']! }
    : { file: `${name}.svg`, text: svg }
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

describe('every chart', () => {
  for (const name of Object.keys(gallery)) {
    it(`${name} is drawn without a warning and as its snapshot shows it`, () => {
      const { file, text } = picture(name)
      if (updating) {
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, file), `${text}\n`)
      }
      assert.ok(existsSync(join(folder, file)), `no snapshot ${file}: run with UPDATE_SNAPSHOTS=1`)
      const snapshot = readFileSync(join(folder, file), 'utf8')
      const first = [...text].findIndex((character, position) => character !== snapshot[position])
      const where = `${file} differs: …${text.slice(Math.max(0, first - 60), first + 60)}…`
      assert.ok(`${text}\n` === snapshot, where)
    })
  }

  it('has its snapshot, and no snapshot is left of a chart that is gone', () => {
    const files = Object.keys(gallery).map((name) => picture(name).file)
    assert.deepEqual(readdirSync(folder).sort(), files.sort())
  })

  it('is the same bundle twice, whatever was drawn in between', () => {
    const all = () => Object.values(gallery).map((make) => JSON.stringify(bundleOf(make())))
    const once = all()
    assert.deepEqual(all().reverse(), once.reverse())
  })

  // A notebook's outputs are committed: they must not depend on whose machine made them.
  it('is the same bundle in another process, time zone and locale', () => {
    const script = join(__dirname, 'print-bundles.ts')
    const printed = execFileSync(process.execPath, ['--import', 'tsx', script], {
      env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      encoding: 'utf8',
    })
    const here = Object.entries(gallery).map(([name, make]) => [
      name,
      hash(JSON.stringify(bundleOf(make()))),
    ])
    assert.deepEqual(JSON.parse(printed), { zone: 'Asia/Tokyo', hashes: here })
  })

  it('states a finding of one line', () => {
    for (const [name, make] of Object.entries(gallery)) {
      const { finding } = make()
      assert.match(finding, /^\S.*[^.\s]$/, name)
      assert.doesNotMatch(finding, /\n|undefined|NaN|null/, name)
    }
  })

  it('has plain JSON for its specification, so that a notebook can hold it', () => {
    for (const [name, make] of Object.entries(gallery)) {
      const bundle = bundleOf(make())
      assert.deepEqual(JSON.parse(JSON.stringify(bundle)), bundle, name)
    }
  })
})
