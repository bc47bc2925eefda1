/** `caughtUp()` on small literal histories: what proves that a group has handled all there is. */
import assert from 'node:assert/strict'
import type { FrameEvent, HistoryEvent } from '../../../lib/src/history/events'
import { CaughtUp } from '../../../lib/src/lab/caught-up'

const billing = { app: 'billing', attempt: 1, client: 'consumer-1', group: 'billing' }
const ledger = { app: 'ledger', attempt: 1, client: 'consumer-1', group: 'ledger' }

/** A run as its history tells it, event by event. */
class Story {
  readonly caughtUp: CaughtUp
  private index = 0
  private frame = 0
  private readonly outcome = new Map<string, string>()

  constructor(apps: string[], topics: Record<string, number> = { orders: 1 }) {
    this.caughtUp = new CaughtUp(apps, new Map(Object.entries(topics)))
  }

  wait(app: string, after?: number): void {
    this.outcome.set(app, 'waits')
    this.caughtUp.wait(app, 1, after).then(
      () => this.outcome.set(app, 'caught up'),
      (error: Error) => this.outcome.set(app, error.message),
    )
  }

  async now(app: string): Promise<string | undefined> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.outcome.get(app)
  }

  ends(app: string): void {
    this.caughtUp.attemptEnded(app, 1, this.index, true)
  }

  fetches(reader: typeof billing, position: number, end: number, place: Partial<Place> = {}): void {
    const request = this.asks(reader, position, place)
    this.answers(request, end, place)
  }

  asks(reader: typeof billing, offset: number, place: Partial<Place> = {}): FrameEvent {
    const { topic = 'orders', partition = 0, isolationLevel = 'read_committed' } = place
    const fields = { isolationLevel, partitions: [{ topic, partition, offset }] } as const
    return this.tell({ ...reader, api: 'Fetch', direction: 'request', fields: copy(fields) })
  }

  answers(request: FrameEvent, end: number, place: Partial<Place> = {}): void {
    const { topic = 'orders', partition = 0, highWatermark = end, fate = 'delivered' } = place
    const entry = { topic, partition, highWatermark, lastStableOffset: end }
    this.tell({
      ...request,
      direction: 'response',
      request: request.frame,
      fate,
      fields: { partitions: [entry] },
    })
  }

  produces(app: string, topic: string): void {
    const fields = { partitions: [{ topic, partition: 0 }] }
    const client = 'producer-1'
    this.tell({ app, attempt: 1, client, api: 'Produce', direction: 'request', fields })
  }

  private tell(event: Partial<FrameEvent>): FrameEvent {
    const place = { index: this.index++, frame: ++this.frame, timeMs: 0 }
    const told = { ...event, type: 'frame', ...place } as FrameEvent
    this.caughtUp.observe(told as HistoryEvent)
    return told
  }
}

interface Place {
  topic: string
  partition: number
  isolationLevel: 'read_committed' | 'read_uncommitted'
  highWatermark: number
  fate: 'delivered' | 'dropped'
}

function copy<Value>(value: Value) {
  return structuredClone(value) as Value & { partitions: never }
}

describe('caughtUp', () => {
  it('waits for the apps that do not consume, and says so', async () => {
    const story = new Story(['shop', 'billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    story.fetches(billing, 2, 2)
    assert.deepEqual(story.caughtUp.missing('billing', 1), ['the end of shop'])
    assert.equal(await story.now('billing'), 'waits')
  })

  it('resolves with a Fetch at the end that left after they had ended', async () => {
    const story = new Story(['shop', 'billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    story.fetches(billing, 2, 2)
    story.ends('shop')
    assert.equal(await story.now('billing'), 'waits')
    story.fetches(billing, 2, 3)
    assert.equal(await story.now('billing'), 'waits')
    assert.deepEqual(story.caughtUp.missing('billing', 1), ['billing to reach the end of orders-0'])
    story.fetches(billing, 3, 3)
    assert.equal(await story.now('billing'), 'caught up')
  })

  it('does not take a Fetch that had left before', async () => {
    const story = new Story(['shop', 'billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    const early = story.asks(billing, 2)
    story.produces('shop', 'orders')
    story.ends('shop')
    story.answers(early, 2)
    assert.equal(await story.now('billing'), 'waits')
  })

  it('does not take a response that the app never got', async () => {
    const story = new Story(['billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    story.fetches(billing, 2, 2, { fate: 'dropped' })
    assert.equal(await story.now('billing'), 'waits')
  })

  it('takes only a Fetch that left after the moment given: when all was known to be readable', async () => {
    const story = new Story(['billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    const early = story.asks(billing, 2)
    story.answers(early, 2)
    story.wait('billing', early.index)
    assert.equal(await story.now('billing'), 'waits')
    story.fetches(billing, 2, 2)
    assert.equal(await story.now('billing'), 'caught up')
  })

  it('knows whether something was produced since', () => {
    const story = new Story(['shop', 'billing'])
    const before = story.asks(billing, 0).index
    assert.equal(story.caughtUp.producedSince(before), false)
    story.produces('shop', 'orders')
    assert.equal(story.caughtUp.producedSince(before), true)
  })

  it('needs every partition', async () => {
    const story = new Story(['billing'], { orders: 2 })
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    story.fetches(billing, 1, 1, { partition: 0 })
    assert.equal(await story.now('billing'), 'waits')
    story.fetches(billing, 0, 0, { partition: 1 })
    assert.equal(await story.now('billing'), 'caught up')
  })

  it('means the last stable offset under read_committed, else the high watermark', async () => {
    for (const [isolationLevel, expected] of [
      ['read_committed', 'caught up'],
      ['read_uncommitted', 'waits'],
    ] as const) {
      const story = new Story(['billing'])
      story.caughtUp.subscribed(billing, ['orders'])
      story.wait('billing')
      story.fetches(billing, 2, 2, { isolationLevel, highWatermark: 5 })
      assert.equal(await story.now('billing'), expected)
    }
  })

  it('counts partitions that another member of the group has', async () => {
    const story = new Story(['billing', 'second'], { orders: 2 })
    const second = { ...billing, app: 'second' }
    story.caughtUp.subscribed(billing, ['orders'])
    story.caughtUp.subscribed(second, ['orders'])
    story.wait('billing')
    story.fetches(billing, 1, 1, { partition: 0 })
    story.fetches(second, 1, 1, { partition: 1 })
    assert.equal(await story.now('billing'), 'caught up')
  })

  it('forgets what a member had that is gone', async () => {
    const story = new Story(['billing', 'second'], { orders: 2 })
    const second = { ...billing, app: 'second' }
    story.caughtUp.subscribed(billing, ['orders'])
    story.caughtUp.subscribed(second, ['orders'])
    story.fetches(second, 1, 1, { partition: 1 })
    story.caughtUp.left(second)
    story.ends('second')
    story.wait('billing')
    story.fetches(billing, 1, 1, { partition: 0 })
    assert.equal(await story.now('billing'), 'waits')
  })

  it('rejects when kafkajs gave the consumer up', async () => {
    const story = new Story(['billing'])
    story.caughtUp.subscribed(billing, ['orders'])
    story.wait('billing')
    story.caughtUp.stopped(billing, new Error('gave up'))
    assert.equal(await story.now('billing'), 'gave up')
  })
})

describe('caughtUp in a chain of apps', () => {
  function chain(): Story {
    const story = new Story(['billing', 'ledger'], { orders: 1, charges: 1 })
    story.caughtUp.subscribed(billing, ['orders'])
    story.caughtUp.subscribed(ledger, ['charges'])
    story.wait('ledger')
    return story
  }

  it('waits for the group before it', async () => {
    const story = chain()
    story.fetches(ledger, 0, 0, { topic: 'charges' })
    assert.equal(await story.now('ledger'), 'waits')
    assert.deepEqual(story.caughtUp.missing('ledger', 1), ['billing to reach the end of orders-0'])
    story.fetches(billing, 1, 1)
    assert.equal(await story.now('ledger'), 'caught up')
  })

  it('reads on after the last Produce to its topic', async () => {
    const story = chain()
    story.fetches(ledger, 0, 0, { topic: 'charges' })
    story.produces('billing', 'charges')
    story.fetches(billing, 1, 1)
    assert.equal(await story.now('ledger'), 'waits')
    story.fetches(ledger, 1, 1, { topic: 'charges' })
    assert.equal(await story.now('ledger'), 'caught up')
  })

  it('does not wait for a consumer that has stopped for good', async () => {
    const story = chain()
    story.caughtUp.stopped(billing, new Error('gave up'))
    story.fetches(ledger, 0, 0, { topic: 'charges' })
    assert.equal(await story.now('ledger'), 'caught up')
  })
})
