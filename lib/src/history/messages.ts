/**
 * How a message is named. Within a run (topic, value) names one message; records made from another
 * message name it in `cause`, and where they do not they carry the same value as it.
 */
import type { MessageRef } from './events'
import type { LogRecord } from './run'

/** One text per (topic, value), for maps. Topic names cannot hold a NUL, so no two collide. */
export function messageKey(topic: string, value: string | null): string {
  return value === null ? `${topic}\u0000` : `${topic}\u0000=${value}`
}

/** The value of the message that this one was made from. */
export function causeOf(message: MessageRef): string | null {
  return message.cause ?? message.value
}

/** The same for a record in a log. */
export function causeOfRecord(record: LogRecord): string | null {
  return record.headers['cause'] ?? record.value
}

/** A message in a sentence. */
export function nameOf(value: string | null): string {
  return value ?? 'a tombstone'
}

/** A place in a log in a sentence: `orders-0@5`. */
export function placeOf(place: { topic: string; partition: number; offset: number }): string {
  return `${place.topic}-${place.partition}@${place.offset}`
}
