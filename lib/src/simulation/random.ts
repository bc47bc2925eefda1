/**
 * Random numbers from a seed (sfc32 by Chris Doty-Humphrey, public domain): the same seed gives the
 * same numbers on every machine. Each user of chance has a stream of its own, so that one who asks
 * more often does not change what the others get.
 */

/** @returns numbers in [0, 1) */
export function seededRandom(seed: number, stream: string): () => number {
  let a = hash(stream)
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first numbers still show the seed.
  for (let round = 0; round < 12; round++) next()
  return next
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value | 0
}
