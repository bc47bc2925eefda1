/**
 * Notebook 05: a job that loses no order and repeats at most one per crash, over any number of
 * crashes. The answer is the app's body; it sends `params.orders` to `orders`. Crashed at every
 * point, once and twice, and four times in one run. Then no crash at all: every answer to an order,
 * or every request with it, is lost until `send()` rejects. The job may stop with that error; it
 * may neither write the order again nor say that it is done when an order is missing.
 */
import { crash, disconnect, on, request, response } from '../../faults'
import type { Fault, Point } from '../../history/plan'
import type { AppBody } from '../../lab'
import { crashedEverywhere, loadedWithout, loadExperiment } from './crash-survey'
import type { Loaded } from './crash-survey'
import { values } from './exercise'
import type { Exercise } from './exercise'

export const oneRepeatPerCrash: Exercise<AppBody> = {
  name: '05-one-repeat-per-crash',
  hints: [
    'What a crash repeats is what was sent since the last note.',
    'Note each order, after its ack. What does the job know when send() rejects?',
    'A rejected send() is unknown: neither note the order nor send it again, let the error out.',
  ],
  async grade(body, lab) {
    const load = (orders: string[], faults: Fault[], restarts = 0) =>
      loadExperiment(body, orders, { faults, restarts, seed: 3 })
    return (
      problemIn(await loadedWithout(lab, load(values('order', 7, 'a'), []))) ??
      first(await crashedEverywhere(load(values('order', 6, 'b'), []))) ??
      first(await crashedEverywhere(load(values('order', 4, 'c'), dies('order-c3', 1), 1))) ??
      problemIn(await loadedWithout(lab, load(values('order', 5, 'd'), often, 4))) ??
      problemIn(await loadedWithout(lab, load(values('order', 5, 'e'), unheard))) ??
      problemIn(await loadedWithout(lab, load(values('order', 5, 'f'), unsent)))
    )
  },
}

function dies(value: string, times: number): Fault[] {
  return nthOf(times, (nth) => response('Produce', { value, nth })).map((point) => ({
    ...on(point, crash()),
    optional: true,
  }))
}

/** As many attempts as kafkajs makes of one send(), unless told otherwise. */
const attempts = 6

function lostEachTime(point: (nth: number) => Point): Fault[] {
  return nthOf(attempts, point).map((each) => ({ ...on(each, disconnect()), optional: true }))
}

function nthOf(times: number, point: (nth: number) => Point): Point[] {
  return Array.from({ length: times }, (_, index) => point(index + 1))
}

const often = [...dies('order-d2', 3), ...dies('order-d4', 1)]
const unheard = lostEachTime((nth) => response('Produce', { value: 'order-e3', nth }))
const unsent = lostEachTime((nth) => request('Produce', { value: 'order-f2', nth }))

function first(loads: readonly Loaded[]): string | undefined {
  return loads.map(problemIn).find((problem) => problem !== undefined)
}

function problemIn({ when, orders, crashes, gaveUp, end }: Loaded): string | undefined {
  const lost = orders.find(({ count }) => count === 0)
  if (lost !== undefined && !gaveUp) {
    return `${when}, ${lost.value} is not in the topic${end}`
  }
  const repeated = orders.filter(({ count }) => count > 1)
  const repeats = repeated.reduce((sum, { count }) => sum + count - 1, 0)
  if (repeats <= crashes) return undefined
  const [worst] = [...repeated].sort((one, other) => other.count - one.count)
  const per = crashes === 0 ? 'no crash' : crashes === 1 ? '1 crash' : `${crashes} crashes`
  const times = repeats === 1 ? '1 repeat' : `${repeats} repeats`
  return `${when}, ${times} after ${per}: ${worst?.value} is there ${worst?.count} times`
}
