/** The lifelines of a sequence picture: brokers, and apps with one or several clients. */
import type { Run } from '../history/run'

/** A lifeline: a client of an app, or a broker. */
export type LaneKey = string

export interface ClientLane {
  key: LaneKey
  app: string
  /** Named where an app has several clients of one kind, and so several lifelines. */
  client?: string
}

/**
 * Which lifeline an app's frames and words stand at. An app has one, whatever its clients; only
 * where it has two producers, say, each of its clients has its own. What names no client (an
 * effect, a crash) then stands at the app's first client.
 */
export class ClientLanes {
  private readonly clients = new Map<string, string[]>()
  private readonly drawn = new Map<LaneKey, ClientLane>()

  constructor(run: Run) {
    for (const event of run.history) {
      const client = 'client' in event ? event.client : undefined
      if (!('app' in event) || event.app === undefined || client === undefined) continue
      const known = this.clients.get(event.app) ?? []
      if (!known.includes(client)) this.clients.set(event.app, [...known, client])
    }
  }

  of(app: string, client?: string): LaneKey {
    const clients = (this.clients.get(app) ?? []).filter((name) => !name.startsWith('admin'))
    const kinds = new Set(clients.map((name) => name.replace(/-\d+$/, '')))
    const lane: ClientLane = { key: app, app }
    if (kinds.size < clients.length) {
      lane.client = client ?? clients[0]
      lane.key = `${app} ${lane.client}`
    }
    if (!this.drawn.has(lane.key)) this.drawn.set(lane.key, lane)
    return lane.key
  }

  used(): ClientLane[] {
    return [...this.drawn.values()]
  }
}
