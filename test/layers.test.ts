/**
 * The layers of lib/src: imports point down only, and what shall one day run in a browser imports
 * nothing of Node's. The order is that of the folders in the README's map of the library.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

const source = join(__dirname, '..', 'lib', 'src')

/** From the top to the bottom; a folder may import from itself and from those below it. */
const layers = [
  ...['notebook', 'explore', 'charts', 'checker', 'lab', 'java', 'faults', 'clusters'],
  ...['simulation', 'protocol', 'history'],
]

/** Arrows that would point down and still must not be. */
const forbidden: Record<string, string[]> = {
  charts: ['lab', 'clusters', 'protocol', 'faults'],
  checker: ['lab', 'clusters', 'protocol', 'faults'],
  faults: ['clusters', 'simulation', 'protocol'],
  clusters: ['faults'],
}

/** Nothing of Node's here. */
const pure = ['charts', 'checker', 'faults', 'history', 'simulation']

interface Import {
  file: string
  from: string
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8')
  const pattern = /(?<!')(?:\bfrom|\bimport|require\()\s*'([^'\n]+)'/g
  return [...text.matchAll(pattern)].map(([, from]) => ({ file, from: from as string }))
}

function layerOf(file: string): string {
  return file.split(sep)[0] as string
}

function targetLayer({ file, from }: Import): string | undefined {
  if (!from.startsWith('.')) return undefined
  return layerOf(relative(source, join(source, dirname(file), from)))
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)
const inner = files.filter((file) => file.includes(sep))
const imports = inner.flatMap(importsOf)

describe('the layers of the library', () => {
  it('has every folder of the library in its order', () => {
    assert.deepEqual([...new Set(inner.map(layerOf))].sort(), [...layers].sort())
  })

  it('imports downwards only', () => {
    const upward = imports.filter((each) => {
      const target = targetLayer(each)
      return target !== undefined && layers.indexOf(target) < layers.indexOf(layerOf(each.file))
    })
    assert.deepEqual(upward, [])
  })

  it('keeps checker and charts away from brokers and from the lab', () => {
    const crossing = imports.filter((each) =>
      forbidden[layerOf(each.file)]?.includes(targetLayer(each) ?? ''),
    )
    assert.deepEqual(crossing, [])
  })

  it('keeps Node out of what shall run in a browser', () => {
    const outside = imports.filter(
      ({ file, from }) => pure.includes(layerOf(file)) && !from.startsWith('.'),
    )
    assert.deepEqual(outside, [])
  })

  it('lets the wire format reach Node in one file only', () => {
    const reaching = imports.filter(
      ({ file, from }) => layerOf(file) === 'protocol' && !from.startsWith('.'),
    )
    assert.deepEqual(
      [...new Set(reaching.map(({ file }) => file))],
      [join('protocol', 'platform.ts')],
    )
  })

  it('lets the embedded cluster reach Node in its TCP server only', () => {
    const embedded = imports.filter(({ file }) => file.startsWith(join('clusters', 'embedded')))
    const reaching = embedded.filter(({ from }) => !from.startsWith('.'))
    assert.deepEqual(
      [...new Set(reaching.map(({ file }) => file))],
      [join('clusters', 'embedded', 'tcp-server.ts')],
    )
  })

  it('leaves kafkajs and vega to those who need them: the facade is light to load', () => {
    const loads = imports.filter(({ from }) => ['kafkajs', 'vega', 'vega-lite'].includes(from))
    const atLoad = loads.filter(({ file, from }) => {
      const text = readFileSync(join(source, file), 'utf8')
      return new RegExp(`^import (?!type)[^;]*?from '${from}'`, 'm').test(text)
    })
    assert.deepEqual(atLoad, [])
  })
})
