/**
 * Which points does this frame, effect or store write pass? `nth` counts the matching requests in
 * the order in which they leave, over connections, brokers and attempts; a response carries the
 * number of its request, so both are decided when the request leaves. The one exception is a Fetch
 * response matched by `value`: only the response knows what is in it.
 */
import type { FrameFields, FramePartition } from '../history/events'
import type { FrameMatch, Point } from '../history/plan'

export interface FrameAtPoint {
  api: string
  app: string
  attempt: number
  broker: number
  fields: FrameFields
}

export interface ThingAtPoint {
  app: string
  attempt: number
}

/** The points a request passes now, and those its response will pass. */
export interface RequestHits {
  request: Point[]
  response: Point[]
}

const none: Point[] = []

/** Counts and matches over one run. Points are told apart by identity. */
export class PointMatcher {
  private readonly counts = new Map<Point, number>()
  private readonly byApi = new Map<string, Point[]>()
  private readonly others: Point[] = []

  constructor(points: readonly Point[]) {
    for (const point of new Set(points)) {
      if (point.at === 'request' || point.at === 'response') {
        this.byApi.set(point.api, [...(this.byApi.get(point.api) ?? []), point])
      } else {
        this.others.push(point)
      }
    }
  }

  /** Call once for every request that leaves an app. */
  requestLeaves(frame: FrameAtPoint): RequestHits {
    const hits: RequestHits = { request: none, response: none }
    for (const point of this.byApi.get(frame.api) ?? none) {
      if (point.at !== 'request' && point.at !== 'response') continue
      if (readsResponse(point) || !frameMatches(point.match, frame)) continue
      if (this.counted(point, point.match.nth)) hits[point.at] = [...hits[point.at], point]
    }
    return hits
  }

  /** The points a response passes beyond those its request knew. */
  responseArrives(frame: FrameAtPoint): Point[] {
    return (this.byApi.get(frame.api) ?? none).filter(
      (point) =>
        point.at === 'response' &&
        readsResponse(point) &&
        frameMatches(point.match, frame) &&
        this.counted(point, point.match.nth),
    )
  }

  effectHappens(kind: string, id: string, thing: ThingAtPoint): Point[] {
    return this.others.filter(
      (point) =>
        point.at === 'effect' &&
        point.kind === kind &&
        (point.match.id === undefined || point.match.id === id) &&
        appMatches(point.match, thing) &&
        this.counted(point, point.match.nth),
    )
  }

  valueStored(key: string, thing: ThingAtPoint): Point[] {
    return this.others.filter(
      (point) =>
        point.at === 'stored' &&
        point.key === key &&
        appMatches(point.match, thing) &&
        this.counted(point, point.match.nth),
    )
  }

  private counted(point: Point, nth: number | undefined): boolean {
    const count = (this.counts.get(point) ?? 0) + 1
    this.counts.set(point, count)
    return nth === undefined || nth === count
  }
}

function readsResponse(point: Point): boolean {
  return point.at === 'response' && point.api === 'Fetch' && point.match.value !== undefined
}

function appMatches(match: { app?: string; attempt?: number }, thing: ThingAtPoint): boolean {
  return (
    (match.app === undefined || match.app === thing.app) &&
    (match.attempt === undefined || match.attempt === thing.attempt)
  )
}

function frameMatches(match: FrameMatch, frame: FrameAtPoint): boolean {
  const { fields } = frame
  return (
    appMatches(match, frame) &&
    (match.broker === undefined || match.broker === frame.broker) &&
    (match.group === undefined || match.group === fields.group) &&
    (match.acks === undefined || match.acks === fields.acks) &&
    (match.transactionalId === undefined || match.transactionalId === fields.transactionalId) &&
    partitionMatches(match, fields.partitions)
  )
}

/** Topic, partition and value must hold of one and the same partition of the frame. */
function partitionMatches(match: FrameMatch, partitions: FramePartition[] | undefined): boolean {
  const { topic, partition, value } = match
  if (topic === undefined && partition === undefined && value === undefined) return true
  return (partitions ?? []).some(
    (entry) =>
      (topic === undefined || topic === entry.topic) &&
      (partition === undefined || partition === entry.partition) &&
      (value === undefined || (entry.values ?? []).includes(value)),
  )
}

/** A point as a reader writes it. */
export function pointLabel(point: Point): string {
  const match = 'match' in point ? point.match : {}
  const fields = Object.entries(match).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const rest = fields.length > 0 ? `, { ${fields.join(', ')} }` : ''
  if (point.at === 'time') return `at(${point.ms})`
  if (point.at === 'effect') return `effect('${point.kind}'${rest})`
  if (point.at === 'stored') return `stored('${point.key}'${rest})`
  return `${point.at}('${point.api}'${rest})`
}
