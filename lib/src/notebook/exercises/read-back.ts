/**
 * Notebook 04: a producer without idempotence whose send failed reads the log back before it sends
 * again. The answer is the app's body; it sends `params.orders`, each `{ id, value }`, to `orders`.
 * Two orders of the same value are two orders, and somebody else writes to the topic as well.
 * Judged by how often each value is in the log, and by the requests: a producer id would be another
 * answer.
 */
import { times } from '../../charts/findings'
import { delay, disconnect, drop, on, request, response } from '../../faults'
import { frames } from '../../history/frames'
import type { Act, Fault, Point } from '../../history/plan'
import type { Run } from '../../history/run'
import type { App, AppBody } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

interface Order {
  id: string
  value: string
}

export const readBack: Exercise<AppBody> = {
  name: '04-read-back',
  hints: [
    'A failed send is unknown. Who knows whether the order is in the log?',
    'What tells your order from an equal one, and from those of others? A header may carry it.',
    'In the catch: read to the end that admin.fetchTopicOffsets names; send if the id is absent.',
  ],
  async grade(body, lab) {
    const [second, third] = [
      { app: 'shop', nth: 2 },
      { app: 'shop', nth: 3 },
    ]
    const answerLost = fault(response('Produce', second), delay(300), disconnect())
    const requestLost = fault(request('Produce', second), disconnect())
    const lostTwice = [requestLost, fault(response('Produce', third), delay(300), disconnect())]
    const late = fault(response('Produce', third), drop())
    return (
      (await problemOf(['a', 'b', 'a'], 2, [], 'without any fault')) ??
      (await problemOf(['c', 'c', 'd', 'c'], 1, [answerLost], 'with an answer lost')) ??
      (await problemOf(['e', 'f', 'f'], 3, [requestLost], 'with a request lost')) ??
      (await problemOf(['g', 'g', 'h'], 1, lostTwice, 'with a request and an answer lost')) ??
      (await problemOf(['i', 'k', 'i', 'k'], 2, [late], 'with an answer that comes too late'))
    )

    async function problemOf(kinds: string[], partitions: number, faults: Fault[], when: string) {
      const ids = values('id', kinds.length, kinds.join(''))
      const orders = kinds.map((kind, index): Order => ({
        id: ids[index]!,
        value: `coffee-${kind}`,
      }))
      const run = await lab.run({
        topics: { orders: { partitions, records: ['coffee-0'] } },
        apps: {
          shop: { body, params: { orders } },
          ...(faults.length > 0 && { till: { body: till, startAt: request('Produce', second) } }),
        },
        faults,
      })
      const problem = numberedBy(run) ?? miscounted(run, orders)
      return problem && `${when}, ${problem}${endOf(run, 'shop')}`
    }
  },
}

/** Optional: a job that gives up early never comes to the later ones. */
function fault(point: Point, ...acts: Act[]): Fault {
  return { ...on(point, ...acts), optional: true }
}

/** Writes behind the shop's order while the shop waits for its answer. */
async function till({ kafka }: App): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'till', value: 'tea', partition: 0 }] })
  await producer.disconnect()
}

function numberedBy(run: Run): string | undefined {
  const numbered = frames(run.history)
    .filter(
      ({ app, api, direction }) => app === 'shop' && api === 'Produce' && direction === 'request',
    )
    .flatMap(({ fields }) => fields.partitions ?? [])
    .find(({ producerId = -1 }) => producerId >= 0)
  return numbered && `${numbered.values?.[0]} went out with a producer id: do without idempotence`
}

function miscounted(run: Run, orders: readonly Order[]): string | undefined {
  const inLog = run.logs.flatMap(({ batches }) => batches.flatMap(({ records }) => records))
  for (const { value } of orders) {
    const asked = orders.filter((order) => order.value === value)
    const copies = inLog.filter((record) => record.value === value).length
    if (copies !== asked.length) {
      const ids = asked.map(({ id }) => id).join(', ')
      const ordered = `${often(asked.length)} (${ids})`
      return `${value} is in the log ${often(copies)} and was ordered ${ordered}`
    }
  }
  return undefined
}

function often(copies: number): string {
  return copies === 0 ? 'not once' : times(copies)
}
