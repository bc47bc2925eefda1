/** A sentence of prose with the condition that makes it true: a notebook stops where it is not. */

import { ReaderError } from '../lab/errors'

/** A claim that the record does not bear out. */
export class ClaimError extends ReaderError {
  override readonly name = 'ClaimError'
}

/**
 * States a claim and asserts it: `claim('order-1 stands in the log twice', copies === 2)`. Prints
 * the sentence when it holds.
 * @throws ClaimError with the sentence when it does not
 */
export function claim(sentence: string, holds: boolean): void {
  if (!holds) throw new ClaimError(`this does not hold in the run at hand: ${sentence}`)
  console.log(`holds: ${sentence}`)
}
