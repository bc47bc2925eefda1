/** What a cluster under check throws: which promise it broke, and how to get there again. */

/** Where a violation was seen: the events of the cluster's queue are counted from 1. */
export interface Sighting {
  invariant: string
  seed: number
  event: number
  what: string
}

export class BrokenInvariant extends Error {
  readonly invariant: string
  readonly event: number

  constructor({ invariant, seed, event, what }: Sighting) {
    super(`${invariant}: ${what} (seed ${seed}, event ${event})`)
    this.name = 'BrokenInvariant'
    this.invariant = invariant
    this.event = event
  }
}
