/** Clients that send records one after the other: plain with any acks, or idempotent. */
import { produce } from '../../../../lib/src/protocol/apis/produce'
import { batchOf, outcomeOf } from '../cluster/model-client'
import type { PlannedClient, Sending } from './plan'
import { brokers, type World } from './world'

type Producing = Extract<PlannedClient, { kind: 'plain' | 'idempotent' }>

/** Values that were acknowledged with acks -1, by `topic-partition`, in the order sent. */
export type Promises = Map<string, string[]>

export class ProducingClient {
  readonly promised: Promises = new Map()
  private readonly sequences = new Map<string, number>()
  private sent = 0

  constructor(
    private readonly world: World,
    private readonly name: string,
    private readonly plan: Producing,
    /** With a thousand of its own after it. */
    private producerId: number,
  ) {}

  perform({ topic, partition, records }: Sending, done: () => void): void {
    const { name, plan } = this
    const key = `${topic}-${partition}`
    const values = Array.from({ length: records }, () => `${name}-${this.sent++}`)
    const baseSequence = this.sequences.get(key) ?? 0
    const producer = { id: this.producerId, epoch: 0, baseSequence, kind: 'idempotent' } as const
    const batch = batchOf(values, plan.kind === 'idempotent' ? producer : undefined)
    const acks = plan.kind === 'plain' ? plan.acks : -1
    const request = {
      transactionalId: null,
      acks,
      timeoutMs: 300,
      topics: [{ topic, partitions: [{ partition, records: batch }] }],
    }
    if (acks === 0) {
      this.world.ask(1 + (this.sent % brokers.length), produce, request, () => undefined)
      return done()
    }
    this.world.persist(
      {
        api: produce,
        request: () => request,
        attempts: 20,
        first: 1 + (this.sent % brokers.length),
        accept: (response) => {
          if (!outcomeOf(response).startsWith('NONE@')) return 'again'
          this.sequences.set(key, baseSequence + records)
          if (acks === -1) this.promised.set(key, [...(this.promised.get(key) ?? []), ...values])
          done()
          return 'taken'
        },
      },
      () => {
        // Whether it is there is not known: like kafkajs's users, begin anew.
        this.producerId += 1
        this.sequences.clear()
        done()
      },
    )
  }
}
