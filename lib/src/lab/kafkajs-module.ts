/**
 * Loads kafkajs once per app attempt from its CommonJS files, with the world outside injected:
 * timers, clock, randomness, process, and the modules behind them. A process that dies takes its
 * timers and its random numbers with it; so does an app here, because nothing of kafkajs is shared
 * between two apps. Sources are compiled once per process; an instance costs about a millisecond.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileFunction } from 'node:vm'

export type KafkaJs = typeof import('kafkajs')

/** What kafkajs 2.2.4 touches of the world. */
export interface World {
  setTimeout: unknown
  clearTimeout: unknown
  setInterval: unknown
  clearInterval: unknown
  Date: unknown
  Math: unknown
  process: { env: Record<string, string>; hrtime: unknown }
  console: unknown
  /** The bare name `global`: kafkajs looks for `crypto.getRandomValues` there. */
  global: object
  /** Replacements for Node's modules by name; others are Node's own. */
  modules: Record<string, unknown>
}

type Compiled = (...parameters: unknown[]) => void

const names = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'Date',
  'Math',
  'process',
  'console',
  'global',
] as const
const compiled = new Map<string, Compiled>()
/** By file and by what it asks for. */
const resolved = new Map<string, Map<string, string>>()
const requireFromHere = createRequire(__filename)
const root = dirname(requireFromHere.resolve('kafkajs/package.json'))

/** kafkajs's version as its package says. */
export const kafkajsVersion: string = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
).version

/** A kafkajs of its own, living in `world`. */
export function loadKafkajs(world: World): KafkaJs {
  const modules = new Map<string, { exports: unknown }>()
  const injected = names.map((name) => world[name])
  const load = (path: string): unknown => {
    const known = modules.get(path)
    if (known) return known.exports
    const module = { exports: {} as unknown }
    modules.set(path, module)
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(readFileSync(path, 'utf8'))
      return module.exports
    }
    const requireInside = (name: string): unknown => {
      if (name in world.modules) return world.modules[name]
      return name.startsWith('.') ? load(resolveFrom(path, name)) : requireFromHere(name)
    }
    compile(path)(module.exports, requireInside, module, path, dirname(path), ...injected)
    return module.exports
  }
  return load(join(root, 'index.js')) as KafkaJs
}

/** Where a file's relative import leads; looking it up on disk costs more than all the rest. */
function resolveFrom(path: string, name: string): string {
  const fromHere = resolved.get(path) ?? new Map<string, string>()
  resolved.set(path, fromHere)
  const found = fromHere.get(name) ?? createRequire(path).resolve(name)
  fromHere.set(name, found)
  return found
}

function compile(path: string): Compiled {
  const known = compiled.get(path)
  if (known) return known
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname', ...names]
  const made = compileFunction(readFileSync(path, 'utf8'), parameters, {
    filename: path,
  }) as Compiled
  compiled.set(path, made)
  return made
}
