/**
 * The library as readers run it: compiled. What runs TypeScript in the tests names every function
 * it makes (esbuild's `keepNames`), which costs the simulation a third of its speed.
 */
import { join } from 'node:path'

/** A module of lib/dist: `built<typeof import('../../lib/src/lab')>('lab')` */
export function built<Module>(name: string): Module {
  return require(join(__dirname, '..', '..', 'lib', 'dist', name)) as Module
}
