/**
 * Parts that the facades of producer, consumer and admin share. A facade offers exactly the methods
 * in its table: a call the lab does not know would go unrecorded, so a missing one throws its name.
 */
import type { AppAttempt } from './app-attempt'

/** What a facade needs of its app and of the kafkajs client behind it. */
export interface ClientOf<Inner> {
  attempt: AppAttempt
  /** `producer-1`, `consumer-1`, … */
  client: string
  inner: Inner
}

/** An object with these methods alone; any other name throws. */
export function tableOf<Methods extends object>(what: string, methods: Methods): Methods {
  return new Proxy(methods, {
    get(target, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      if (name in target) return target[name as keyof Methods]
      throw new Error(
        `${what} has no ${name}() in the lab: it offers ${Object.keys(target).join(', ')}`,
      )
    },
  })
}

interface Instrumented {
  on(event: string, listener: (event: { payload: unknown }) => void): () => void
  events: unknown
  logger(): unknown
}

/** `on`, `events` and `logger` are the same for every client; payloads carry the plain names. */
export function instrumentation({ attempt, inner }: ClientOf<Instrumented>) {
  return {
    on: (name: string, listener: (event: object) => unknown) =>
      inner.on(name, (event) => {
        if (!attempt.running) return
        const payload = attempt.services.names.resultInside(event.payload)
        return listener({ ...event, payload })
      }),
    events: inner.events,
    logger: () => inner.logger(),
  }
}

/** Methods of kafkajs's clients that answer at once; all others give a promise. */
const synchronous = ['seek', 'pause', 'paused', 'resume']

/** A method that is passed on with the names mapped in both directions, and not recorded. */
export function passedOn(
  { attempt, inner }: ClientOf<object>,
  name: string,
): (...values: unknown[]) => unknown {
  const { names } = attempt.services
  const method = (inner as Record<string, (...values: unknown[]) => unknown>)[name]
  if (!method) throw new Error(`kafkajs has no ${name}()`)
  return (...values) => {
    if (synchronous.includes(name)) attempt.requireRunning(`${name}()`)
    else if (!attempt.running) return new Promise(() => undefined)
    try {
      // A bare string or list of strings, as in fetchTopicOffsets('orders'), holds names.
      const result = method(...values.map((value) => names.argumentsOutside(value, 'topics')))
      if (!(result instanceof Promise)) return names.resultInside(result)
      return attempt.alive(
        result.then(
          (value) => names.resultInside(value),
          (error: unknown) => {
            throw names.errorInside(error)
          },
        ),
      )
    } catch (error) {
      throw names.errorInside(error)
    }
  }
}
