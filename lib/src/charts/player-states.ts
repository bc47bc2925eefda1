/**
 * What each app and each broker was doing at each step, in a few words: an app runs (and within
 * which call it is), has crashed, or has ended; a broker is up, down or paused. Apps may be within
 * several calls at once; the one entered last is named.
 */
import type { HistoryEvent, OperationEvent } from '../history/events'
import type { Run } from '../history/run'
import type { Meaning } from './palette'
import type { Steps } from './player-steps'
import { operationSubject } from './sequence-words'

export interface State {
  name: string
  text: string
  meaning: Meaning
}

/** Apps in the order of the plan, then the brokers that did not stay up, at every step. */
export function statesByStep(run: Run, steps: Steps): State[][] {
  const reader = new StateReader(run)
  const found: State[][] = []
  let position = 0
  for (let step = 0; step <= steps.last; step += 1) {
    for (; position < run.history.length; position += 1) {
      const event = run.history[position] as HistoryEvent
      if (steps.at(event.index) > step) break
      reader.read(event)
    }
    found.push(reader.states())
  }
  return found
}

interface AppNow {
  attempt: number
  calls: Map<number, OperationEvent>
  state: 'not started' | 'running' | 'crashed' | { error: string | undefined }
}

class StateReader {
  private readonly apps = new Map<string, AppNow>()
  private readonly brokers = new Map<number, State>()

  constructor(run: Run) {
    for (const app of Object.keys(run.apps)) this.apps.set(app, notStarted())
    const touched = new Set(
      run.history.flatMap((event) => (event.type === 'broker' ? [event.broker] : [])),
    )
    for (const broker of run.cluster.brokers) {
      if (touched.has(broker)) this.setBroker(broker, 'up')
    }
  }

  read(event: HistoryEvent): void {
    if (event.type === 'broker') return this.setBroker(event.broker, event.state)
    if (event.type === 'app') {
      const state = event.state === 'started' ? 'running' : event.state
      const ended = { error: event.error?.name }
      this.apps.set(event.app, {
        attempt: event.attempt,
        calls: new Map(),
        state: state === 'ended' ? ended : state,
      })
    }
    if (!('operation' in event)) return
    const calls = this.apps.get(event.app)?.calls
    if (event.type === 'invoke') calls?.set(event.call, event)
    else calls?.delete(event.call)
  }

  states(): State[] {
    const apps = [...this.apps].map(([name, now]) => ({ name, ...appState(now) }))
    return [...apps, ...this.brokers.values()]
  }

  private setBroker(broker: number, state: string): void {
    const up = ['up', 'resumed', 'restarted'].includes(state)
    const meaning = up ? 'ink' : state === 'paused' ? 'late' : 'lost'
    this.brokers.set(broker, { name: `broker ${broker}`, text: up ? 'up' : state, meaning })
  }
}

function notStarted(): AppNow {
  return { attempt: 0, calls: new Map(), state: 'not started' }
}

function appState({ attempt, calls, state }: AppNow): Omit<State, 'name'> {
  const which = attempt > 1 ? ` (attempt ${attempt})` : ''
  if (state === 'not started') return { text: state, meaning: 'faint' }
  if (state === 'crashed') return { text: `crashed${which}`, meaning: 'lost' }
  if (state !== 'running') {
    return state.error === undefined
      ? { text: `done${which}`, meaning: 'faint' }
      : { text: `ended with ${state.error}${which}`, meaning: 'lost' }
  }
  const call = [...calls.values()].pop()
  const within = call === undefined ? '' : `: ${operationSubject(call)}`
  return { text: `running${which}${within}`, meaning: 'ink' }
}
