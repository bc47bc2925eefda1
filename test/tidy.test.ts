/** The house style, as far as a script can see it: sizes, a word at the head of each file, no silence. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..')

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('dist'))
    .map((file) => ({
      file: join(folder, file),
      text: readFileSync(join(root, folder, file), 'utf8'),
    }))
}

const library = sources(join('lib', 'src'))
const everything = [...library, ...sources('test')]

function those(list: { file: string; text: string }[], is: (text: string) => boolean): string[] {
  return list.filter(({ text }) => is(text)).map(({ file }) => file)
}

describe('the house style', () => {
  it('is formatted as `npx prettier --write lib/src test setup` formats it', () => {
    const program = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
    // What has not changed since it was last found right is not looked at again.
    const cache = ['--cache', '--cache-strategy=content', '--cache-location=.cache/prettier']
    const words = [program, '--list-different', ...cache, 'lib/src', 'test', 'setup']
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' })
  })

  it('opens every file with what it is for', () => {
    assert.deepEqual(
      those(library, (text) => !text.startsWith('/**')),
      [],
    )
  })

  it('keeps files under 400 lines', () => {
    assert.deepEqual(
      those(everything, (text) => text.split('\n').length > 400),
      [],
    )
  })

  it('keeps lines within 100 columns', () => {
    const long = library.flatMap(({ file, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (line.length > 100 ? [`${file}:${index + 1}`] : [])),
    )
    assert.deepEqual(long, [])
  })

  it('swallows no error', () => {
    const swallowing = /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*\{\s*\}\)/
    assert.deepEqual(
      those(everything, (text) => swallowing.test(text)),
      [],
    )
  })

  it('leaves nothing marked as undone', () => {
    const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)
    assert.deepEqual(
      those(everything, (text) => marks.test(text)),
      [],
    )
  })

  it('skips no test without a word and focuses none', () => {
    const focused = /\b(describe|it|context)\.(only|skip)\(/
    assert.deepEqual(
      those(everything, (text) => focused.test(text)),
      [],
    )
  })
})
