/**
 * What the sequence picture writes on its arrows and beside its lifelines: one short phrase per
 * frame, operation and log line, in the words of the protocol and of kafkajs. Full fields go into
 * the tooltip.
 */
import type {
  ActEvent,
  Fate,
  FrameEvent,
  FramePartition,
  HistoryEvent,
  LogEvent,
  MessageRef,
  OperationEvent,
  OperationValues,
} from '../history/events'
import type { Tip } from './picture'
import { count, list, milliseconds, plural, valueText } from './words'

/** How a frame that never arrived ended. */
export const fateWords: Record<Exclude<Fate, 'delivered'>, string> = {
  dropped: 'lost: dropped',
  disconnected: 'lost: connection cut',
  crashed: 'lost: app crashed',
}

/** `order-1`, or `order-1 … order-9 (9 records)` */
export function valuesText(values: readonly (string | null)[]): string {
  const texts = values.map(valueText)
  if (texts.length <= 2) return texts.join(', ')
  return `${texts[0]} … ${texts[texts.length - 1]} (${count(texts.length)} records)`
}

/** The text on a frame's arrow. `partitionNames` is false where a run has but one partition. */
export function frameText(frame: FrameEvent, partitionNames: 'shown' | 'left out'): string {
  const { api, fields } = frame
  const partitions = fields.partitions ?? []
  if (frame.direction === 'request') return `${api}${requestDetails(frame, partitionNames)}`
  const error = fields.error ?? partitions.find((each) => each.error !== undefined)?.error
  if (error !== undefined) return error
  if (api === 'Produce') return `ok ${offsets(partitions, partitionNames)}`.trim()
  if (api === 'Fetch') return `Fetch: ${fetched(partitions)}`
  if (api === 'OffsetFetch') return `OffsetFetch: ${resumed(partitions, partitionNames)}`
  if (api === 'InitProducerId') {
    return `ok: producerId ${fields.producerId}, epoch ${fields.producerEpoch}`
  }
  return 'ok'
}

function requestDetails(frame: FrameEvent, partitionNames: 'shown' | 'left out'): string {
  const { api, fields } = frame
  const partitions = fields.partitions ?? []
  if (api === 'Produce') {
    const values = partitions.flatMap((each) => each.values ?? [])
    const sequence = partitions[0]?.baseSequence
    const names = partitions.map(partitionName).join(', ')
    return [
      ` ${valuesText(values)}`,
      partitionNames === 'shown' ? ` to ${names}` : '',
      sequence === undefined || sequence < 0 ? '' : ` (seq ${sequence})`,
      fields.acks === 0 ? ', acks 0' : '',
    ].join('')
  }
  if (api === 'OffsetCommit' || api === 'TxnOffsetCommit') {
    const offset = (each: FramePartition) =>
      partitionNames === 'shown' ? `${partitionName(each)} @${each.offset}` : `@${each.offset}`
    return ` ${partitions.map(offset).join(', ')}`
  }
  if (api === 'EndTxn') return ` ${fields.verdict}`
  if (api === 'AddPartitionsToTxn') return ` ${list(partitions.map(partitionName))}`
  return ''
}

export function partitionName(place: { topic: string; partition: number }): string {
  return `${place.topic}-${place.partition}`
}

function offsets(partitions: FramePartition[], partitionNames: 'shown' | 'left out'): string {
  const known = partitions.filter((each) => each.baseOffset !== undefined && each.baseOffset >= 0)
  const name = (each: FramePartition) => (partitionNames === 'shown' ? partitionName(each) : '')
  return known.map((each) => `${name(each)}@${each.baseOffset}`).join(', ')
}

function fetched(partitions: FramePartition[]): string {
  const filled = partitions.filter((each) => (each.values ?? []).length > 0)
  if (filled.length === 0) return 'nothing'
  return filled
    .map((each) => {
      const offset = each.baseOffset ?? each.offset
      return `${valuesText(each.values ?? [])}${offset === undefined ? '' : ` @${offset}`}`
    })
    .join(', ')
}

/** `@3`, or `nothing` where no offset is committed. */
function resumed(partitions: FramePartition[], partitionNames: 'shown' | 'left out'): string {
  const texts = partitions.map((each) => {
    const name = partitionNames === 'shown' ? `${partitionName(each)} ` : ''
    return `${name}${(each.offset ?? -1) < 0 ? 'nothing' : `@${each.offset}`}`
  })
  return texts.join(', ') || 'ok'
}

/** What an operation's event says beside the lifeline, or nothing if it is not worth a row. */
export function operationText(event: OperationEvent): string | undefined {
  const { type, error } = event
  if (type === 'fail' || type === 'info') {
    const name = error === undefined ? '' : `, ${error.kafkaError ?? error.name}`
    const failed = event.operation === 'send' ? 'refused' : 'failed'
    return `${operationSubject(event)}: ${type === 'info' ? 'outcome unknown' : failed}${name}`
  }
  switch (event.operation) {
    case 'send':
      return type === 'invoke' ? operationSubject(event) : sendOkText(event)
    case 'handle':
      return type === 'invoke' ? `handles ${messagesText(event.value.messages)}` : undefined
    case 'transaction':
      return type === 'ok' ? 'transaction begins' : undefined
    case 'commitTransaction':
    case 'abortTransaction':
      return type === 'ok' ? `${operationSubject(event)} ok` : undefined
    case 'effect':
    case 'store':
      return type === 'ok' ? operationSubject(event) : undefined
    default:
      return undefined
  }
}

/** The operation and what it is about. */
export function operationSubject(event: OperationEvent): string {
  switch (event.operation) {
    case 'send':
      return `send ${valuesText(event.value.messages.map((message) => message.value))}`
    case 'handle':
      return `handling ${messagesText(event.value.messages)}`
    case 'effect':
      return effectText(event.value)
    case 'store':
      return `store ${event.value.key} = ${JSON.stringify(event.value.value)}`
    default:
      return event.operation
  }
}

function effectText({ kind, id, recognised, store = {} }: OperationValues['effect']): string {
  const stored = Object.entries(store).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  const known = recognised === true ? ' (known: not done again)' : ''
  return [`${kind} ${id}${known}`, ...stored].join(', ')
}

function sendOkText(event: OperationEvent & { operation: 'send' }): string {
  const results = event.value.results ?? []
  if (event.value.acks === 0 || results.length === 0)
    return `${operationSubject(event)}: returned, no ack`
  return `${operationSubject(event)}: ok ${results.map(({ offset }) => `@${offset}`).join(', ')}`
}

function messagesText(messages: readonly MessageRef[]): string {
  const [first] = messages
  if (messages.length !== 1 || first === undefined) {
    return valuesText(messages.map((message) => message.value))
  }
  const place = first.offset === undefined ? '' : ` @${first.offset}`
  return `${valueText(first.value)}${place}`
}

/**
 * `kafkajs, again in 312 ms: Failed to send messages: Closed connection`
 * @param last nothing came of the pause that kafkajs announced: it had used up its retries
 */
export function logText({ message, extra }: LogEvent, last: boolean): string {
  const error = typeof extra.error === 'string' ? `: ${extra.error}` : ''
  const again =
    typeof extra.retryTime === 'number' && !last
      ? `, again in ${milliseconds(extra.retryTime)} ms`
      : ''
  return `kafkajs${again}: ${message}${error}`
}

/** Every field of a frame, for the tooltip. */
export function frameTip(frame: FrameEvent, fate: Fate | 'unknown', acts: ActEvent[]): Tip {
  const { fields } = frame
  const tip: Tip = {
    title: `${frame.api} v${frame.apiVersion} ${frame.direction}`,
    time: `${milliseconds(frame.timeMs)} ms`,
    fate,
    app: `${frame.app} (attempt ${frame.attempt}), ${frame.client}`,
    broker: frame.broker,
    connection: frame.connection,
    correlationId: frame.correlationId,
    size: plural(frame.sizeBytes, 'byte'),
  }
  if (frame.copy !== undefined) tip.copy = frame.copy
  if (acts.length > 0) tip.fault = acts.map(({ act }) => act).join(', ')
  for (const [name, value] of Object.entries(fields)) {
    if (name !== 'partitions') tip[name] = value as string | number
  }
  for (const partition of fields.partitions ?? []) {
    tip[partitionName(partition)] = fieldsText(partition)
  }
  return tip
}

function fieldsText({ topic: _topic, partition: _partition, ...rest }: FramePartition): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? valuesText(value) : String(value)}`)
    .join(', ')
}

/** The tooltip of everything that is not a frame. */
export function eventTip(event: HistoryEvent, text: string): Tip {
  const tip: Tip = { title: text, time: `${milliseconds(event.timeMs)} ms` }
  if ('app' in event && event.app !== undefined) tip.app = `${event.app} (attempt ${event.attempt})`
  if ('client' in event && event.client !== undefined) tip.client = event.client
  if ('error' in event && event.error !== undefined) {
    tip.error = `${event.error.name}: ${event.error.message}`
  }
  if (event.type === 'log') {
    tip.level = event.level
    for (const [name, value] of Object.entries(event.extra)) tip[name] = String(value)
  }
  return tip
}
