/**
 * Notebook 07: charge a batch in parallel so that a crash loses nothing and repeats nothing that
 * was done in one piece from the beginning. The answer is the app's body; order x takes
 * `params.workMs[x]`. A handler that works one by one, or commits only at the end of the batch, is
 * safe and not yet an answer.
 */
import { processedMessages, type Processed } from '../../charts/processed'
import { crash, on, response } from '../../faults'
import type { Run } from '../../history/run'
import type { AppBody } from '../../lab'
import { charging, crashWhenCharged, uncharged, type ChargingPlan } from './charging'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/** So long a commit may take: what was done shortly before the crash may be repeated. */
export const graceMs = 50

export const safeInParallel: Exercise<AppBody> = {
  name: '07-safe-in-parallel',
  hints: [
    'A commit says "everything below". Which orders below a finished one may still be running?',
    'Keep the finished offsets. From the first order of the batch on, how far are all finished?',
    'Resolve that far and no further: while the first of the rest is done, resolve it and drop it.',
  ],
  async grade(body, lab) {
    const slowFirst = [500, 100, 160, 220, 280, 340]
    const slowThird = [100, 150, 700, 200, 250, 300, 360, 420]
    const growing = [60, 120, 180, 240, 300, 360, 420, 480, 540, 600]
    const at = crashWhenCharged
    const calm = await runOf({ mark: 'a', workMs: slowThird })
    const afterCommit = on(response('OffsetCommit', { nth: 1 }), crash())
    return (
      problemOf(calm, 'without a crash') ??
      tooSlow(calm, slowThird) ??
      (await problemWith({ mark: 'b', workMs: slowFirst, crashes: [at('order-b4')] })) ??
      (await problemWith({ mark: 'c', workMs: slowThird, crashes: [at('order-c6')] })) ??
      (await problemWith({ mark: 'd', workMs: growing, crashes: [at('order-d9')] })) ??
      (await problemWith({ mark: 'e', workMs: slowFirst, crashes: [afterCommit] })) ??
      (await problemWith({
        ...{ mark: 'f', workMs: [...slowThird, ...slowFirst], partitions: 2 },
        crashes: [at('order-f4'), at('order-f11')],
      }))
    )

    async function problemWith(trial: Trial) {
      return problemOf(await runOf(trial), 'after a crash')
    }

    function runOf({ mark, workMs, ...rest }: Trial) {
      const orders = values('order', workMs.length, mark)
      const params = { workMs: Object.fromEntries(orders.map((order, i) => [order, workMs[i]])) }
      return lab.run(charging({ body, orders, params, ...rest }))
    }
  },
}

interface Trial extends Pick<ChargingPlan, 'partitions' | 'crashes'> {
  mark: string
  workMs: number[]
}

function problemOf(run: Run, when: string): string | undefined {
  const orders = Object.keys((run.plan.apps['billing']?.params as { workMs: object }).workMs)
  const lost = uncharged(run, orders)
  if (lost !== undefined) return `${when}, ${lost} was never charged${endOf(run, 'billing')}`
  const charges = processedMessages(run)
  const needless = charges.find((charge) => charge.again && wasDone(run, charges, charge))
  if (needless === undefined) return undefined
  return (
    `${when}, ${needless.value} was charged again, though it and all before it had been charged ` +
    `more than ${graceMs} ms before`
  )
}

/** Whether the message and all before it were processed when the attempt before this one died. */
function wasDone(run: Run, charges: readonly Processed[], again: Processed): boolean {
  const died = run.history.find(
    (event) =>
      event.type === 'app' && event.state === 'crashed' && event.attempt === again.attempt - 1,
  )
  if (died === undefined) return true
  const place = ({ topic, partition }: Processed) => `${topic}-${partition}`
  const done = new Set(
    charges
      .filter((one) => place(one) === place(again) && one.timeMs <= died.timeMs - graceMs)
      .map(({ offset }) => offset),
  )
  return Array.from({ length: again.offset + 1 }, (_, offset) => offset).every((offset) =>
    done.has(offset),
  )
}

/** One by one takes as long as all the work together. */
function tooSlow(run: Run, workMs: readonly number[]): string | undefined {
  const charges = processedMessages(run)
  const began = run.history.find((event) => 'operation' in event && event.operation === 'handle')
  const tookMs = (charges[charges.length - 1]?.timeMs ?? 0) - (began?.timeMs ?? 0)
  const allMs = workMs.reduce((sum, one) => sum + one, 0)
  if (tookMs < allMs / 2) return undefined
  return (
    `without a crash, ${charges[0]?.value} and those after it were charged one by one: ` +
    `${Math.round(tookMs)} ms for ${allMs} ms of work`
  )
}
