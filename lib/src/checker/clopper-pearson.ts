/**
 * The exact interval for a share (Clopper and Pearson, Biometrika 26, 1934): every share under
 * which seeing so few, or so many, would be likelier than 2.5 %. It is never too narrow, also for
 * none of n or all of n, where the usual approximations give nothing.
 */

export interface Interval {
  /** Shares from 0 to 1. */
  low: number
  high: number
}

/** The 95 % interval for the share behind `count` of `of`. */
export function clopperPearson(count: number, of: number): Interval {
  if (!(Number.isInteger(of) && of >= 1 && Number.isInteger(count) && count >= 0 && count <= of)) {
    throw new RangeError(
      `${count} of ${of} is no share: give whole numbers, 0 ≤ count ≤ of, of ≥ 1`,
    )
  }
  const tail = 0.025
  const atLeast = (share: number) => binomial(count, of, of, share)
  const atMost = (share: number) => binomial(0, count, of, share)
  return {
    low: count === 0 ? 0 : whereCrosses((share) => atLeast(share) > tail),
    high: count === of ? 1 : whereCrosses((share) => atMost(share) < tail),
  }
}

/** The probability of `from` to `to` successes in `of` trials. */
function binomial(from: number, to: number, of: number, share: number): number {
  let logWays = 0
  let sum = 0
  for (let k = 0; k <= to; k++) {
    if (k > 0) logWays += Math.log((of - k + 1) / k)
    if (k >= from) sum += Math.exp(logWays + k * Math.log(share) + (of - k) * Math.log1p(-share))
  }
  return sum
}

/** The least share, to twelve digits, at which something that begins to hold does. */
function whereCrosses(holds: (share: number) => boolean): number {
  let below = 0
  let above = 1
  for (let step = 0; step < 40; step++) {
    const middle = (below + above) / 2
    if (holds(middle)) above = middle
    else below = middle
  }
  return above
}
