/**
 * Notebook 10: a job that is asked for an order twice, dies and starts again, and shall have each
 * order in the log once, without transactions. The answer is the app's body; it sends
 * `params.orders` to `orders`. No producer setting helps: each life has a producer id of its own.
 * The job is crashed at every place of its run, then twice in one run.
 */
import { ledger, pointName } from '../../checker'
import type { CrashPoint } from '../../checker'
import { crashPoints } from '../../explore/crash-points'
import { crash, on, response } from '../../faults'
import type { Fault } from '../../history/plan'
import type { AppBody, Experiment } from '../../lab'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

export const eachOnce: Exercise<AppBody> = {
  name: '10-each-once',
  hints: [
    'Two clicks and a restart differ: the first can be seen in memory, the second cannot.',
    'Progress that is saved is a second write. Where are order and progress one write?',
    'Read the topic from its beginning to its end before sending; then skip what is there.',
  ],
  async grade(body, lab) {
    const [one, two, three, four] = values('order', 4, 'g')
    const clicked = [one!, two!, one!, three!, three!, four!]
    return (
      (await problemOf(clicked, 3, [], 'without a crash')) ??
      (await crashedEverywhere(values('order', 3, 'h'))) ??
      (await problemOf(values('order', 5, 'k'), 2, twice, 'with two crashes')) ??
      (await problemOf(clicked, 1, twice, 'with two crashes and an order asked for twice'))
    )

    async function problemOf(orders: string[], partitions: number, faults: Fault[], when: string) {
      const run = await lab.run({ ...experiment(orders, partitions), faults })
      const row = ledger(run).find(({ delivery }) => delivery !== 'once')
      return row && `${when}, ${inTheLog(row.value, row.copies)}${endOf(run, 'shop')}`
    }

    async function crashedEverywhere(orders: string[]) {
      const { points } = await crashPoints(experiment(orders, 1), 'shop')
      // What a run showed says more than that one hung.
      const judged = points.filter(({ stages }) => stages !== undefined)
      const [problem] = [...judged, ...points].flatMap((point) => problemAt(point) ?? [])
      return problem
    }

    function experiment(orders: string[], partitions: number): Experiment {
      return {
        topics: { orders: { partitions } },
        intended: { orders: [...new Set(orders)] },
        apps: { shop: { body, params: { orders }, restart: { times: 2 } } },
      }
    }
  },
}

/** Optional: a job that sends all orders at once hears one answer only. */
const twice: Fault[] = [
  on(response('Produce', { attempt: 1, nth: 2 }), crash()),
  on(response('Produce', { attempt: 2, nth: 1 }), crash()),
].map((fault) => ({ ...fault, optional: true as const }))

function inTheLog(value: string | null, copies: number): string {
  return copies === 0 ? `${value} is not in the log` : `${value} is in the log ${copies} times`
}

function problemAt(point: CrashPoint): string | undefined {
  const where = `with a crash at: ${pointName(point)}`
  if (point.stages === undefined) return `${where}, the run came to no end: ${point.error}`
  const messages = point.stages.flatMap((stage) => (stage.name === 'orders' ? stage.messages : []))
  const wrong = messages.find(({ cell }) => cell !== 'once')
  return wrong && `${where}, ${inTheLog(wrong.value, wrong.count)}`
}
