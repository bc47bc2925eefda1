/**
 * Notebook 05: a job that loses no order, wherever it crashes. The answer is the app's body; it
 * sends `params.orders` to `orders` and may keep its progress in the store. Repeats are no fault
 * here. The job is crashed at every point of its run, then twice in one run.
 */
import { crash, on, response } from '../../faults'
import type { AppBody } from '../../lab'
import { crashedEverywhere, loadedWithout, loadExperiment } from './crash-survey'
import type { Loaded } from './crash-survey'
import { values } from './exercise'
import type { Exercise } from './exercise'

export const noneLost: Exercise<AppBody> = {
  name: '05-none-lost',
  hints: [
    'Two writes, and a crash between them. Which of the two may be missing afterwards?',
    'What is noted and not sent is lost. What is sent and not noted is sent again.',
    'await producer.send(…), and only then await store.set(…)',
  ],
  async grade(body, lab) {
    const died = { ...on(response('Produce', { value: 'order-c2', nth: 1 }), crash()) }
    return (
      lostIn(await loadedWithout(lab, loadExperiment(body, values('order', 6, 'a')))) ??
      firstLost(await crashedEverywhere(loadExperiment(body, values('order', 5, 'b')))) ??
      firstLost(
        await crashedEverywhere(
          loadExperiment(body, values('order', 4, 'c'), {
            ...{ topic: { partitions: 3 }, seed: 5, restarts: 1 },
            faults: [{ ...died, optional: true }],
          }),
        ),
      )
    )
  },
}

function firstLost(loads: readonly Loaded[]): string | undefined {
  return loads.map(lostIn).find((problem) => problem !== undefined)
}

function lostIn({ when, orders, end }: Loaded): string | undefined {
  const lost = orders.find(({ count }) => count === 0)
  return lost && `${when}, ${lost.value} is not in the topic${end}`
}
