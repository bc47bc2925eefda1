/**
 * Operations: each invocation of a history paired with its completion by `call`. An invocation
 * without one (its app crashed, or the run ended) is `pending`: like `info`, nobody knows.
 */
import type {
  AppStamp,
  ErrorRecord,
  History,
  OperationEvent,
  OperationName,
  OperationValues,
} from './events'
import { remember } from './remember'

export type Outcome = 'ok' | 'fail' | 'info' | 'pending'

export interface OperationOf<Name extends OperationName> {
  operation: Name
  call: number
  app: string
  attempt: number
  client: string | undefined
  /** Where it begins. A poll has no invocation: it begins where it completes. */
  start: { index: number; timeMs: number }
  /** Where it completes; absent while pending. */
  end: { index: number; timeMs: number } | undefined
  outcome: Outcome
  /** What was asked. */
  value: OperationValues[Name]
  /** What the completion carried. */
  result: OperationValues[Name] | undefined
  error: ErrorRecord | undefined
}

export type Operation = { [Name in OperationName]: OperationOf<Name> }[OperationName]

function stamp({ index, timeMs }: AppStamp): { index: number; timeMs: number } {
  return { index, timeMs }
}

function begin(event: OperationEvent): Operation {
  const { operation, call, app, attempt, client, value } = event
  return {
    operation,
    call,
    app,
    attempt,
    client,
    value,
    start: stamp(event),
    end: undefined,
    outcome: 'pending',
    result: undefined,
    error: undefined,
  } as Operation
}

function complete(operation: Operation, event: OperationEvent): void {
  operation.end = stamp(event)
  operation.outcome = event.type === 'invoke' ? 'pending' : event.type
  operation.result = event.value
  operation.error = event.error
}

/** All operations of a history in the order of their invocation. */
export const operations: (history: History) => readonly Operation[] = remember((history) => {
  const found: Operation[] = []
  const byCall = new Map<number, Operation>()
  for (const event of history) {
    if (!('operation' in event)) continue
    const known = byCall.get(event.call)
    const operation = known ?? begin(event)
    if (known === undefined) {
      byCall.set(event.call, operation)
      found.push(operation)
    }
    if (event.type !== 'invoke') complete(operation, event)
  }
  return found
})

const byName = remember((history: History) => {
  const groups = new Map<OperationName, Operation[]>()
  for (const operation of operations(history)) {
    const group = groups.get(operation.operation)
    if (group === undefined) groups.set(operation.operation, [operation])
    else group.push(operation)
  }
  return groups
})

/** The operations of one name, in the order of their invocation. */
export function operationsNamed<Name extends OperationName>(
  history: History,
  name: Name,
): readonly OperationOf<Name>[] {
  return (byName(history).get(name) ?? []) as unknown as readonly OperationOf<Name>[]
}
