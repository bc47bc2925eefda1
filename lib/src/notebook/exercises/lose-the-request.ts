/**
 * Notebook 00: write the fault that loses a request in place of its response, and say beforehand
 * what the ledger will say of that order. The answer is a fault and a word. It strikes shops that
 * send other orders, with and without idempotence; the frames' fates tell what it really lost.
 */
import { ledger } from '../../checker'
import type { Fault } from '../../history/plan'
import { frames, responses, type Frame } from '../../history/frames'
import type { Run } from '../../history/run'
import type { App } from '../../lab'
import { values } from './exercise'
import type { Exercise } from './exercise'

export interface LoseTheRequestAnswer {
  fault: Fault
  /** The cell in the ledger's last column, such as `once`; undefined until predicted. */
  predicted: string | undefined
}

/** A shop that waits for every acknowledgement and resends: kafkajs's defaults. */
async function sendOrders({ kafka, params }: App): Promise<void> {
  const producer = kafka.producer({ idempotent: params.idempotent })
  await producer.connect()
  for (const value of params.orders as string[]) {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ key: 'ben', value }] })
  }
  await producer.disconnect()
}

function valueOf(frame: Frame): string {
  return String(frame.fields.partitions?.[0]?.values?.[0])
}

/** What else than one lost Produce request happened; undefined when nothing. */
function wrongLoss(run: Run, lost: readonly Frame[]): string | undefined {
  const first = run.plan.intended?.['orders']?.[0]
  if (run.apps['shop']?.ended === 'crashed') {
    return `the shop crashed, and nobody sends ${first} again: only a frame shall be lost`
  }
  const [state] = run.history.flatMap((event) => (event.type === 'broker' ? [event.state] : []))
  if (state !== undefined) {
    return `a broker was ${state} while ${first} was sent: only a frame shall be lost`
  }
  const unheard = frames(run.history).find(
    (frame) =>
      frame.api === 'Produce' &&
      frame.direction === 'request' &&
      frame.fate === 'delivered' &&
      responses(run.history).get(frame.frame)?.fate !== 'delivered',
  )
  if (unheard !== undefined) {
    return `the broker got the request with ${valueOf(unheard)}: it is the answer that was lost`
  }
  if (lost.length === 0) return `no Produce request was lost: ${first} arrived at the first attempt`
  if (lost.length > 1) {
    return `${lost.length} requests were lost, the first with ${valueOf(lost[0]!)}: lose one, once`
  }
  return undefined
}

export const loseTheRequest: Exercise<LoseTheRequestAnswer> = {
  name: '00-lose-the-request',
  hints: [
    'The point says which frame the fault waits for: on its way to the broker, or on its way back.',
    'At a request the broker has not seen the frame. Which attempt is then the first it sees?',
    "on(request('Produce', { nth: 1 }), …), and the shop resends",
  ],
  async grade({ fault, predicted }, lab) {
    return (
      (await problemOf(values('order', 3, 'c'), false)) ??
      (await problemOf(values('order', 4, 'd'), true))
    )

    async function problemOf(orders: string[], idempotent: boolean) {
      const run = await lab.run({
        topics: { orders: {} },
        intended: { orders },
        apps: { shop: { body: sendOrders, params: { orders, idempotent } } },
        faults: [fault],
      })
      const lost = frames(run.history).filter(
        (frame) =>
          frame.api === 'Produce' && frame.direction === 'request' && frame.fate !== 'delivered',
      )
      const wrong = wrongLoss(run, lost)
      if (wrong !== undefined) return wrong
      const value = valueOf(lost[0]!)
      const row = ledger(run).find((one) => one.value === value)
      if (predicted === undefined) return `the request with ${value} was lost; now predict its cell`
      if (row?.delivery === predicted) return undefined
      return `the request with ${value} was lost; '${predicted}' is not what the ledger says of it`
    }
  },
}
