/**
 * Who belonged to which generation of a group, and when, as the members saw it: from the answer to
 * SyncGroup until the member asks to join again, leaves, crashes or ends. A member that was thrown
 * out does not know it yet: its span goes on, beside that of its successor.
 */
import type { HistoryEvent } from '../history/events'
import { frames, type Frame } from '../history/frames'
import { remember } from '../history/remember'
import type { Run } from '../history/run'

export interface GenerationSpan {
  app: string
  attempt: number
  client: string
  group: string
  generation: number
  fromMs: number
  toMs: number
  /** `orders-0`: what the member read or asked the offsets of meanwhile. */
  partitions: string[]
}

/** All spans of a run, in the order in which they begin. */
export const generationSpans: (run: Run) => readonly GenerationSpan[] = remember((run) => {
  const found: GenerationSpan[] = []
  const open = new Map<string, GenerationSpan>()
  const asked = new Map<number, Frame>()
  const close = (key: string, timeMs: number) => {
    const span = open.get(key)
    if (span !== undefined) span.toMs = timeMs
    open.delete(key)
  }
  const all = frames(run.history)
  for (const frame of all) if (frame.direction === 'request') asked.set(frame.frame, frame)
  const begins = (frame: Frame) => {
    const { group, generation } = asked.get(frame.request ?? -1)?.fields ?? {}
    if (group === undefined || generation === undefined) return
    const { app, attempt, client } = frame
    const fromMs = frame.met?.timeMs ?? frame.timeMs
    const span = { app, attempt, client, group, generation, fromMs, toMs: Infinity, partitions: [] }
    open.set(keyOf(frame), span)
    found.push(span)
  }
  const steps: { index: number; do: () => void }[] = []
  for (const frame of all) {
    const { api, direction, fields, fate } = frame
    const step = (work: () => void) =>
      steps.push({ index: frame.met?.index ?? frame.index, do: work })
    if (api === 'SyncGroup' && direction === 'response' && fate === 'delivered') {
      if (fields.error === undefined) step(() => begins(frame))
    } else if (direction === 'request' && (api === 'JoinGroup' || api === 'LeaveGroup')) {
      steps.push({ index: frame.index, do: () => close(keyOf(frame), frame.timeMs) })
    } else if (direction === 'request' && (api === 'Fetch' || api === 'OffsetFetch')) {
      steps.push({ index: frame.index, do: () => reads(open.get(keyOf(frame)), frame) })
    }
  }
  for (const event of run.history) {
    if (event.type !== 'app' || event.state === 'started') continue
    steps.push({ index: event.index, do: () => closeAll(event, open, close) })
  }
  steps.sort((one, other) => one.index - other.index)
  for (const step of steps) step.do()
  const endMs = run.history[run.history.length - 1]?.timeMs ?? 0
  for (const span of found) if (span.toMs === Infinity) span.toMs = endMs
  return found
})

const keyOf = ({ app, attempt, client }: Pick<Frame, 'app' | 'attempt' | 'client'>) =>
  JSON.stringify([app, attempt, client])

function reads(span: GenerationSpan | undefined, { fields }: Frame): void {
  if (span === undefined) return
  for (const { topic, partition } of fields.partitions ?? []) {
    const name = `${topic}-${partition}`
    if (!span.partitions.includes(name)) span.partitions.push(name)
  }
  span.partitions.sort()
}

function closeAll(
  event: Extract<HistoryEvent, { type: 'app' }>,
  open: ReadonlyMap<string, GenerationSpan>,
  close: (key: string, timeMs: number) => void,
): void {
  for (const [key, { app, attempt }] of [...open]) {
    if (app === event.app && attempt === event.attempt) close(key, event.timeMs)
  }
}
