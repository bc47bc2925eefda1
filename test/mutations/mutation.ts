/**
 * One guard of the simulated cluster and how it is broken: a piece of source text and what takes
 * its place. The library as it stands must have the piece exactly once in that file, so that a
 * guard that was rewritten is noticed here and not silently left untried.
 */
export interface Mutation {
  /** The rule that the guard keeps, as a sentence about what holds while it stands. */
  readonly guard: string
  /** Below lib/src. */
  readonly file: string
  readonly source: string
  readonly broken: string
  /** Test files of its module, below test/lib: one of their tests must notice. */
  readonly tests: readonly string[]
}

export interface Module {
  readonly name: string
  readonly mutations: readonly Mutation[]
}

/** @throws {Error} the source text does not stand there exactly once */
export function placeOf({ guard, file, source }: Mutation, text: string): number {
  const first = text.indexOf(source)
  const count = text.split(source).length - 1
  if (count === 1) return first
  throw new Error(
    `lib/src/${file} has the source of the guard "${guard}" ${count} times, not once: ` +
      `name the piece in test/mutations/guards that keeps it now\n${source}`,
  )
}

/** The file's text with the guard broken. */
export function breakGuard(mutation: Mutation, text: string): string {
  const place = placeOf(mutation, text)
  const { source, broken } = mutation
  return text.slice(0, place) + broken + text.slice(place + source.length)
}
