/** Choices from a seed: the same seed and stream choose the same on every machine. */
import { seededRandom } from '../../lib/src/simulation/random'

export class Chance {
  private readonly random: () => number

  constructor(seed: number, stream: string) {
    this.random = seededRandom(seed, stream)
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1))
  }

  pick<Value>(from: readonly Value[]): Value {
    const value = from[this.integer(0, from.length - 1)]
    if (value === undefined) throw new Error('there is nothing to pick from')
    return value
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.random() < probability
  }
}
