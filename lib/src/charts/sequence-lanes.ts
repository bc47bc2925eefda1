/**
 * Where the lifelines of a sequence picture stand. Senders stand left, brokers in the middle and
 * consumers right, as on a whiteboard; a picture without two kinds of apps has its apps left.
 * Beside each app's lifeline, on the outer side, is room for what the app says, and between apps
 * and brokers room for the longest label. Everything is in pixels.
 */
import type { Run } from '../history/run'
import type { ClientLane, LaneKey } from './client-lanes'
import { brokerLane, type FrameRow, type Row, type Rows } from './sequence-rows'
import { textWidth } from './words'

export interface Lane {
  key: LaneKey
  kind: 'app' | 'broker'
  title: string
  app?: string
  /** The client, where an app has several lifelines. */
  subtitle?: string | undefined
  x: number
  /** Where its notes stand: -1 left of the lifeline, 1 right. */
  side: -1 | 1
  /** Room for notes, in pixels. */
  room: number
}

export interface LanePlan {
  lanes: Lane[]
  width: number
  /** How much room an arrow's label has between an app and its nearest broker. */
  labelRoom: number
}

export const labelSize = 11
/** How far from its lifeline a note begins. */
export const noteOffset = 14
export const timeColumn = 62
const brokerSpacing = 76
const noteRoom = { least: 40, most: 390, narrow: 220 }
const leastWidth = 560
/** A notebook's output is about 1000 pixels wide; the picture has margins. */
const widthOfOutput = 940
const labelRoomLimits = { least: 150, most: 250 }

/** What is written on an arrow. */
export function labelText({ text, lost }: FrameRow): string {
  return lost === undefined ? text : `${text}, ${lost}`
}

/** Notes have the room they want, or less where the picture would not fit into the output. */
export function planLanes(run: Run, all: Pick<Rows, 'rows' | 'clients'>): LanePlan {
  const wide = planWithin(run, all, noteRoom.most)
  const tooMuch = wide.width - widthOfOutput
  if (tooMuch <= 0) return wide
  const longest = Math.max(...wide.lanes.map(({ kind, room }) => (kind === 'app' ? room : 0)))
  return planWithin(run, all, Math.max(noteRoom.narrow, longest - tooMuch))
}

function planWithin(
  run: Run,
  { rows, clients }: Pick<Rows, 'rows' | 'clients'>,
  mostRoom: number,
): LanePlan {
  const { left, right } = sidesOf(run, clients)
  const labels = rows.map((row) =>
    row.type === 'frame' ? textWidth(labelText(row), labelSize) + 24 : 0,
  )
  const labelRoom = clamp(Math.max(0, ...labels), labelRoomLimits)
  const lanes: Lane[] = []
  let x = timeColumn
  const appLane = ({ key, app, client }: ClientLane, side: -1 | 1) => {
    const room = clamp(notesWidth(key, rows), { least: noteRoom.least, most: mostRoom })
    if (side === -1) x += room
    lanes.push({ key, kind: 'app', title: app, subtitle: client, app, x, side, room })
    if (side === 1) x += room
  }
  for (const client of left) appLane(client, -1)
  x += left.length > 0 ? labelRoom : 24
  const { brokers } = run.cluster
  const notes = Math.max(0, ...brokers.map((id) => notesWidth(brokerLane(id), rows)))
  const spacing = Math.max(brokerSpacing, notes + 12)
  brokers.forEach((id, position) => {
    if (position > 0) x += spacing
    const key = brokerLane(id)
    lanes.push({ key, kind: 'broker', title: key, x, side: 1, room: spacing - 8 })
  })
  if (right.length > 0) x += labelRoom
  for (const client of right) appLane(client, 1)
  const width = x + (right.length > 0 ? 10 : spacing - 20)
  return { lanes, width: Math.max(width, leastWidth), labelRoom }
}

function sidesOf(run: Run, clients: readonly ClientLane[]): Record<'left' | 'right', ClientLane[]> {
  const consuming = new Set<string>()
  for (const event of run.history) {
    if ('operation' in event && (event.operation === 'poll' || event.operation === 'handle')) {
      consuming.add(event.app)
    }
  }
  const left = clients.filter(({ app }) => !consuming.has(app))
  return left.length === 0
    ? { left: [...clients], right: [] }
    : { left, right: clients.filter(({ app }) => consuming.has(app)) }
}

/** Width that the notes at a lifeline would like to have. */
function notesWidth(key: LaneKey, rows: readonly Row[]): number {
  const widths = rows.map((row) =>
    row.type === 'note' && row.lane === key ? textWidth(row.text, labelSize) + noteOffset : 0,
  )
  return Math.max(0, ...widths)
}

function clamp(value: number, { least, most }: { least: number; most: number }): number {
  return Math.min(Math.max(value, least), most)
}
