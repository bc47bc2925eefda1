/**
 * What can be wrong with bytes that claim to be Kafka's protocol. Each error names the value that
 * is wrong; none of them is ever swallowed, because a frame that is misread would make the lab's
 * record a lie.
 */

/** A stream ended, or a buffer is too short, in the middle of a frame. */
export class TornFrameError extends Error {
  override readonly name = 'TornFrameError'
  constructor(
    message: string,
    /** Bytes that are there. */
    readonly presentBytes: number,
    /** Bytes that were expected and are not there. */
    readonly missingBytes: number,
  ) {
    super(message)
  }
}

/** Bytes that contradict the grammar: a negative length, a bad checksum, bytes left over. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError'
  constructor(
    readonly reason: string,
    /** The path to the field, e.g. `topics.partitions.records`; empty outside a field. */
    readonly field = '',
  ) {
    super(field === '' ? reason : `${field}: ${reason}`)
  }

  /** The same error, seen from one struct further out. */
  within(field: string): MalformedFrameError {
    const path = this.field === '' ? field : `${field}.${this.field}`
    return new MalformedFrameError(this.reason, path)
  }
}

/** An API key, or a version of it, that the lab does not speak. */
export class UnknownApiError extends Error {
  override readonly name = 'UnknownApiError'
}
