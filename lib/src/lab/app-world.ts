/**
 * The world one attempt of an app lives in: the time of its run, but timers that stop for good when
 * the app crashes or ends, and random numbers that come from the run's seed, so that kafkajs's
 * jitter, broker shuffling and keyless partitioning are the same in every run. Packing is done at
 * once, since a thread pool would take its own time.
 */
import * as crypto from 'node:crypto'
import * as zlib from 'node:zlib'
import type { World } from './kafkajs-module'

type Handle = ReturnType<typeof setTimeout>

/** Timers that belong to one attempt. */
export class AppTimers {
  private readonly live = new Set<Handle>()
  private frozen = false

  setTimeout = (run: (...values: unknown[]) => void, ms?: number, ...values: unknown[]): Handle => {
    const handle = setTimeout(() => {
      this.live.delete(handle)
      run(...values)
    }, atLeastOne(ms))
    return this.keep(handle)
  }

  setInterval = (run: (...values: unknown[]) => void, ms?: number, ...values: unknown[]): Handle =>
    this.keep(setInterval(run, atLeastOne(ms), ...values))

  clear = (handle: Handle | undefined): void => {
    if (handle === undefined) return
    this.live.delete(handle)
    clearTimeout(handle)
  }

  /** Stops every timer for good. */
  freeze(): void {
    this.frozen = true
    for (const handle of this.live) clearTimeout(handle)
    this.live.clear()
  }

  private keep(handle: Handle): Handle {
    if (this.frozen) clearTimeout(handle)
    else this.live.add(handle)
    return handle
  }
}

/** As often as kafkajs looks for requests that take too long. */
const idleCheckMs = 100

/**
 * Node turns a negative delay into 1 ms and warns in newer versions. kafkajs asks for minus the
 * time of day whenever no request waits (#1704, #1751): a loop per connection that does nothing,
 * of which a run would mostly consist. A request that must wait later is sent when an answer makes
 * room for it, not by this loop; only after a throttling would it be sent so much later.
 */
function atLeastOne(ms: number | undefined): number {
  if (ms !== undefined && ms < -1e9) return idleCheckMs
  return ms !== undefined && ms > 1 ? ms : 1
}

/** A generator of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A seed of its own for each attempt of each app (FNV-1a over the names). */
export function attemptSeed(seed: number, app: string, attempt: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (const character of `${app}/${attempt}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  }
  return hash >>> 0
}

/** The world for one attempt: own timers, seeded randomness, no output. */
export function appWorld(timers: AppTimers, random: () => number): World {
  const seededMath = Object.create(Math) as typeof Math
  seededMath.random = random
  const randomBytes = (size: number) =>
    Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)))
  return {
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clear,
    setInterval: timers.setInterval,
    clearInterval: timers.clear,
    Date,
    Math: seededMath,
    process: { env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' }, hrtime },
    console,
    global: {},
    modules: {
      crypto: { ...crypto, randomBytes },
      zlib: { ...zlib, gzip: atOnce(zlib.gzipSync), unzip: atOnce(zlib.unzipSync) },
    },
  }
}

/** `process.hrtime` by the clock of the run: seconds and nanoseconds, since `before` if given. */
function hrtime(before: [number, number] = [0, 0]): [number, number] {
  const nanoseconds = Math.round(performance.now() * 1e6) - before[0] * 1e9 - before[1]
  return [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9]
}

type Done = (error: unknown, result?: Buffer) => void

/** A function of zlib behind the signature of its asynchronous form. */
function atOnce(work: (bytes: Buffer) => Buffer) {
  return (bytes: Buffer, done: Done): void => {
    let result: Buffer
    try {
      result = work(bytes)
    } catch (error) {
      return done(error)
    }
    done(null, result)
  }
}
