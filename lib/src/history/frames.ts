/**
 * Frames with what became of them. The history tells a frame's fate either at once or later, in an
 * event of its own; here both are folded into one value per frame, which also says when. A frame
 * whose fate was never told is `in flight`: the run ended before it arrived.
 */
import type { Fate, FrameEvent, History } from './events'
import { remember } from './remember'

export interface Frame extends Omit<FrameEvent, 'fate'> {
  fate: Fate | 'in flight'
  /** Where and when the fate was met; for `delivered` this is the arrival. */
  met: { index: number; timeMs: number } | undefined
}

/** All frames of a history in the order in which they left. */
export const frames: (history: History) => readonly Frame[] = remember((history) => {
  const found: Frame[] = []
  const byId = new Map<number, Frame>()
  for (const event of history) {
    if (event.type === 'frame') {
      const met = event.fate && { index: event.index, timeMs: event.timeMs }
      const frame: Frame = { ...event, fate: event.fate ?? 'in flight', met }
      found.push(frame)
      byId.set(event.frame, frame)
    } else if (event.type === 'fate') {
      const frame = byId.get(event.frame)
      if (frame === undefined) {
        throw new Error(
          `event ${event.index} tells the fate of frame ${event.frame}, which never left`,
        )
      }
      frame.fate = event.fate
      frame.met = { index: event.index, timeMs: event.timeMs }
    }
  }
  return found
})

/** The response to each request, by the request's `frame`. */
export const responses: (history: History) => ReadonlyMap<number, Frame> = remember((history) => {
  const byRequest = new Map<number, Frame>()
  for (const frame of frames(history)) {
    if (frame.request !== undefined) byRequest.set(frame.request, frame)
  }
  return byRequest
})
