/**
 * Effects of an app, and its durable store. An effect is an act in the outside world: it takes
 * place the moment it is called and is never undone. With a key the outside world does it once per
 * kind and key and answers a repeat alike; with store values it and they become durable in one
 * instant, as in one transaction of a database.
 */
import type { OperationValues } from '../history/events'
import type { AppAttempt } from './app-attempt'
import { AnswerLostError } from './errors'
import type { App, Store } from './experiment'
import type { FaultBoard } from './fault-board'

/** JSON texts by key; they outlive the app's attempts. */
export interface DurableValues {
  get(key: string): string | undefined
  set(key: string, text: string): unknown
}

/** What effects and stores need of the run around them. */
export interface OutsideWorld {
  board: Pick<FaultBoard, 'effectHappens' | 'valueStored'>
  /** Kind and key of the effects that were done under one. */
  doneByKey: Set<string>
  /** The values of the database of that name. */
  valuesOf(store: string): DurableValues
}

/** `effect` as an app is given it. */
export function effectOf(world: OutsideWorld, attempt: AppAttempt, store: string): App['effect'] {
  return (kind, id, { key, store: stored } = {}) => {
    const cause = attempt.causeOf(id)
    const value: OperationValues['effect'] = { kind, id }
    if (cause !== undefined) value.cause = cause
    if (key !== undefined) value.key = key
    if (stored !== undefined) value.store = stored
    if (attempt.running && isNew(world, kind, key)) {
      for (const [each, content] of Object.entries(stored ?? {})) {
        world.valuesOf(store).set(each, JSON.stringify(content))
      }
    } else if (attempt.running) value.recognised = true
    return attempt.happens('effect', value, () =>
      world.board.effectHappens(kind, id, attempt)?.then((outcome) => {
        if (outcome === 'consumed') throw new AnswerLostError(`${kind} ${id}`)
      }),
    )
  }
}

/** Whether the outside world has yet to do it; from now on it knows the key. */
function isNew({ doneByKey }: OutsideWorld, kind: string, key: string | undefined): boolean {
  if (key === undefined) return true
  const name = JSON.stringify([kind, key])
  if (doneByKey.has(name)) return false
  doneByKey.add(name)
  return true
}

/** The store as an app is given it. */
export function storeOf(
  { valuesOf, board }: OutsideWorld,
  attempt: AppAttempt,
  name: string,
): Store {
  const values = valuesOf(name)
  return {
    get: <Value>(key: string) => {
      attempt.requireRunning('store.get()')
      const text = values.get(key)
      return text === undefined ? undefined : (JSON.parse(text) as Value)
    },
    set: (key, value) => {
      if (attempt.running) values.set(key, JSON.stringify(value))
      return attempt.happens('store', { key, value }, () => board.valueStored(key, attempt))
    },
  }
}
