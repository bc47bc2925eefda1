/**
 * Time as the simulated cluster sees it. Nothing in here waits by itself: whoever drives the
 * cluster decides what time it is, and a timer that is due runs as one step of the simulation.
 */

export interface Timer {
  /** Without effect once it has run. */
  cancel(): void
}

export interface Timers {
  /** Milliseconds since the cluster was made; fractions are possible. */
  now(): number
  /** Runs `run` once, that many milliseconds from now; equal times run in the order given. */
  after(delayMs: number, run: () => void): Timer
}
