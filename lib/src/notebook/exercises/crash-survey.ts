/**
 * A job that loads orders, as the graders of notebook 05 run it: under faults of theirs, or crashed
 * at every point of its run. What they judge is the topic in the end, over all attempts; where the
 * job keeps its progress, and how, is its own affair.
 */
import { ledger, pointName } from '../../checker'
import { crashPoints } from '../../explore/crash-points'
import type { Fault, TopicPlan } from '../../history/plan'
import type { AppBody, Experiment, Lab } from '../../lab'
import { endOf } from './exercise'

export interface LoadOptions {
  topic?: TopicPlan
  /** Crashes among them want as many restarts. */
  faults?: Fault[]
  restarts?: number
  seed?: number
}

/** The app `job` with its orders in `params.orders`; they go to the topic `orders`. */
export function loadExperiment(
  body: AppBody,
  orders: readonly string[],
  { topic = {}, faults = [], restarts = 0, seed = 1 }: LoadOptions = {},
): Experiment {
  const restart = restarts > 0 ? { restart: { times: restarts } } : {}
  return {
    topics: { orders: topic },
    intended: { orders: [...orders] },
    apps: { job: { body, params: { orders }, ...restart } },
    faults,
    seed,
  }
}

/** What a run left of the orders, and when it was. */
export interface Loaded {
  /** `with a crash at Produce order-2, before the broker has it` */
  when: string
  /** How often each order is in the topic. */
  orders: readonly { value: string | null; count: number }[]
  /** How many there were; where another one may have come first, at the most. */
  crashes: number
  /** Whether the job ended with an error in a run whose faults lose frames and crash nothing. */
  gaveUp: boolean
  /** `; your code ended with …`, or empty. */
  end: string
}

/** One run of the experiment as it is, without a crash more. */
export async function loadedWithout(lab: Lab, experiment: Experiment): Promise<Loaded> {
  const run = await lab.run(experiment)
  const crashes = run.history.filter((event) => event.type === 'app' && event.state === 'crashed')
  const lossy = experiment.faults?.some(({ acts: [act] }) => act?.act === 'disconnect') === true
  return {
    when: crashes.length > 0 ? 'with crashes' : lossy ? 'with frames lost' : 'without any fault',
    orders: ledger(run).map(({ value, copies }) => ({ value, count: copies })),
    crashes: crashes.length,
    gaveUp: lossy && crashes.length === 0 && typeof run.apps['job']?.ended === 'object',
    end: endOf(run, 'job'),
  }
}

/**
 * One run per crash point of the experiment, each with one crash more than the experiment has.
 * @throws Error when a run ends without a verdict: then nothing is known of the answer
 */
export async function crashedEverywhere(experiment: Experiment): Promise<Loaded[]> {
  const silent = { step: () => undefined, done: () => undefined }
  const { points } = await crashPoints(experiment, 'job', { progress: silent })
  const before = experiment.faults?.length ?? 0
  return points.map((point) => {
    const name = pointName(point)
    if (point.error !== undefined) throw new Error(`with a crash at ${name}: ${point.error}`)
    const delivery = point.stages?.find(({ stage }) => stage === 'delivery')
    const stopped = typeof point.ended === 'object' ? point.ended : undefined
    return {
      when: `with a crash at ${name}${before > 0 ? ', and another' : ''}`,
      orders: delivery?.messages ?? [],
      crashes: before + 1,
      gaveUp: false,
      end: stopped ? `; your code ended with ${stopped.name}: ${stopped.message}` : '',
    }
  })
}
