/**
 * Where each leader's reign began in a log (KIP-101): two replicas that compare these find the
 * offset at which their logs part, and the follower cuts its log there (KIP-320).
 * After `LeaderEpochFileCache`.
 */

export interface EpochEnd {
  epoch: number
  /** The offset after the last record of that epoch. */
  endOffset: number
}

interface EpochStart {
  epoch: number
  startOffset: number
}

export class LeaderEpochs {
  /** Both epoch and start offset grow strictly. */
  private starts: EpochStart[] = []

  /** The largest epoch that has a start here. */
  get latest(): number | undefined {
    return this.starts.at(-1)?.epoch
  }

  /** Starts that contradict the new one are forgotten. */
  assign(epoch: number, startOffset: number): void {
    if (this.latest === epoch) return
    this.starts = this.starts.filter(
      (start) => start.epoch < epoch && start.startOffset < startOffset,
    )
    this.starts.push({ epoch, startOffset })
  }

  /**
   * The end of the largest epoch that is not above the one asked for; of an epoch before the first
   * known one, where that begins. `undefined` for an epoch above all known ones.
   */
  endOf(epoch: number, logEndOffset: number): EpochEnd | undefined {
    if (epoch === this.latest) return { epoch, endOffset: logEndOffset }
    const above = this.starts.findIndex((start) => start.epoch > epoch)
    const next = this.starts[above]
    if (epoch < 0 || next === undefined) return undefined
    return { epoch: this.starts[above - 1]?.epoch ?? epoch, endOffset: next.startOffset }
  }

  /** The epoch in which an offset was written. */
  at(offset: number): number | undefined {
    return this.starts.filter(({ startOffset }) => startOffset <= offset).at(-1)?.epoch
  }

  /** The log was cut: epochs that began there or later never happened. */
  truncateTo(endOffset: number): void {
    this.starts = this.starts.filter(({ startOffset }) => startOffset < endOffset)
  }

  /** The log's front is gone: the epoch that was in force at the new start begins there. */
  startFrom(startOffset: number): void {
    const epoch = this.at(startOffset)
    if (epoch === undefined) return
    const later = this.starts.filter((start) => start.startOffset > startOffset)
    this.starts = [{ epoch, startOffset }, ...later]
  }
}
