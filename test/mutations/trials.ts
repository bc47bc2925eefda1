/**
 * Tries mutations in their order, two at a time: while somebody waits for one, the next is tried
 * beside it, each in a copy of its own.
 */
import type { Mutation } from './mutation'
import { Workshop, type TestRun } from './workshop'

export class Trials {
  private readonly workshops = [new Workshop(), new Workshop()] as const
  private readonly begun = new Map<Mutation, Promise<TestRun>>()
  /** When each workshop is free again. */
  private readonly free: [Promise<unknown>, Promise<unknown>] = [
    Promise.resolve(),
    Promise.resolve(),
  ]

  constructor(private readonly mutations: readonly Mutation[]) {}

  get workshop(): Workshop {
    return this.workshops[0]
  }

  resultOf(mutation: Mutation): Promise<TestRun> {
    const place = this.mutations.indexOf(mutation)
    const next = this.mutations[place + 1]
    const result = this.begin(mutation)
    if (next !== undefined) void this.begin(next)
    return result
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.begun.values())
    for (const workshop of this.workshops) workshop.remove()
  }

  private begin(mutation: Mutation): Promise<TestRun> {
    const known = this.begun.get(mutation)
    if (known !== undefined) return known
    const lane = this.begun.size % 2 === 0 ? 0 : 1
    const result = this.free[lane].then(() => this.workshops[lane].runBroken(mutation))
    this.free[lane] = Promise.allSettled([result])
    this.begun.set(mutation, result)
    return result
  }
}
