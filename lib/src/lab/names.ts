/**
 * A run's topics, groups and transactional ids live under names of their own on the cluster, so
 * that runs never meet and everything can be removed afterwards. The reader's code and the record
 * see the plain names: this file maps in both directions.
 */
import type { FrameFields } from '../history/events'

/** Keys whose string values name a topic, a group or a transactional id in kafkajs's arguments. */
const nameKeys = new Set(['topic', 'groupId', 'consumerGroupId', 'transactionalId'])
/** Keys whose arrays hold such names as plain strings. */
const listKeys = new Set(['topics', 'groupIds'])

export class Names {
  /**
   * @param prefix what every name of this run begins with on the cluster
   * @param addresses `host:port` of each broker by id: texts name the broker instead, so that they
   * are the same on another port
   */
  constructor(
    readonly prefix: string,
    private readonly addresses: ReadonlyMap<number, string> = new Map(),
  ) {}

  /** The name on the cluster. */
  outside(name: string): string {
    return name.startsWith('__') || name.startsWith(this.prefix) ? name : this.prefix + name
  }

  /** The name as the reader wrote it. */
  inside(name: string): string {
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : name
  }

  /** A text (an error message, a log line) with the reader's names. */
  insideText(text: string): string {
    let inside = text.split(this.prefix).join('')
    for (const [broker, address] of this.addresses) {
      inside = inside.split(address).join(`broker ${broker}`)
    }
    return inside
  }

  /** kafkajs arguments with the cluster's names; functions and instances stay as they are. */
  argumentsOutside(value: unknown, key = ''): unknown {
    if (typeof value === 'string') {
      return nameKeys.has(key) || listKeys.has(key) ? this.outside(value) : value
    }
    return mapPlain(value, (inner, innerKey) => this.argumentsOutside(inner, innerKey), key)
  }

  /** A kafkajs result or event payload with the reader's names; topics may be keys in it, too. */
  resultInside(value: unknown): unknown {
    if (typeof value === 'string') return this.insideText(value)
    const mapped = mapPlain(value, (inner) => this.resultInside(inner), '')
    if (mapped === value || Array.isArray(mapped)) return mapped
    const named = Object.entries(mapped as object).map(([key, inner]) => [this.inside(key), inner])
    return Object.fromEntries(named)
  }

  /** An error of kafkajs, changed in place: its class and stack stay what they are. */
  errorInside(error: unknown): unknown {
    let current: unknown = error
    for (let depth = 0; current instanceof Error && depth < 8; depth++) {
      current.message = this.insideText(current.message)
      for (const [key, value] of Object.entries(current)) {
        if (key === 'topic' || key === 'groupId') {
          Object.assign(current, { [key]: this.resultInside(value) })
        }
      }
      current = current.cause
    }
    return error
  }

  /** Changes the names in a frame's fields in place; a frame is described for one reader only. */
  fieldsInside(fields: FrameFields): FrameFields {
    if (fields.group !== undefined) fields.group = this.inside(fields.group)
    if (fields.transactionalId !== undefined) {
      fields.transactionalId = this.inside(fields.transactionalId)
    }
    for (const entry of fields.partitions ?? []) entry.topic = this.inside(entry.topic)
    return fields
  }
}

function mapPlain(
  value: unknown,
  map: (value: unknown, key: string) => unknown,
  key: string,
): unknown {
  if (Array.isArray(value)) return value.map((item) => map(item, key))
  if (value === null || typeof value !== 'object') return value
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([innerKey, inner]) => [innerKey, map(inner, innerKey)]),
  )
}

/** An object literal, also one of another realm: notebooks may run their cells in one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
