/**
 * Writes the history of one run. Events get their index and time here and are never changed
 * afterwards, so a run in a child process can write them out line by line before it is killed.
 */
import type {
  HistoryEvent,
  OperationEvent,
  OperationName,
  OperationValues,
} from '../history/events'

type Unstamped<Event> = Event extends HistoryEvent ? Omit<Event, 'index' | 'timeMs'> : never

/** An event as its source gives it: index and time are the recorder's. */
export type NewEvent = Unstamped<HistoryEvent>

export class Recorder {
  readonly events: HistoryEvent[] = []
  private readonly listeners = new Set<(event: HistoryEvent) => void>()
  private begin = performance.now()
  private ids: number
  /** Events up to here were told to all listeners. */
  private told = 0
  private telling = false

  /** @param firstId calls, frames and connections are numbered from here */
  constructor(firstId = 1) {
    this.ids = firstId
  }

  /** The run begins now: its apps start. */
  start(): void {
    this.begin = performance.now()
  }

  /** Milliseconds since the run began, to the microsecond. */
  now(): number {
    return Math.round((performance.now() - this.begin) * 1000) / 1000
  }

  /** A number that names a call, a frame or a connection; unique in the run. */
  nextId(): number {
    return this.ids++
  }

  record<Event extends NewEvent>(event: Event): HistoryEvent {
    const stamped = { index: this.events.length, timeMs: this.now(), ...event } as HistoryEvent
    this.events.push(stamped)
    if (!this.telling) this.tell()
    return stamped
  }

  /** A listener may record more: every listener still hears all events in their order. */
  private tell(): void {
    this.telling = true
    try {
      while (this.told < this.events.length) {
        const event = this.events[this.told++]!
        for (const listener of this.listeners) listener(event)
      }
    } finally {
      this.telling = false
    }
  }

  /** Calls `listener` after each event, in order. @returns the function that ends it */
  subscribe(listener: (event: HistoryEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

/** The fields of an operation that stay the same from invocation to completion. */
export interface OperationSource<Name extends OperationName> {
  app: string
  attempt: number
  operation: Name
  client?: string
  value: OperationValues[Name]
}

/** Records the invocation of an operation. @returns what `completeOperation` needs */
export function invokeOperation<Name extends OperationName>(
  recorder: Recorder,
  source: OperationSource<Name>,
): number {
  const call = recorder.nextId()
  recorder.record({ type: 'invoke', call, ...source } as Unstamped<OperationEvent>)
  return call
}

/** Records how an operation that was invoked as `call` ended. */
export function completeOperation<Name extends OperationName>(
  recorder: Recorder,
  source: OperationSource<Name>,
  completion: { call: number; type: 'ok' | 'fail' | 'info'; error?: OperationEvent['error'] },
): void {
  recorder.record({ ...source, ...completion } as Unstamped<OperationEvent>)
}
