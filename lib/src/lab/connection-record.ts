/**
 * What the history says about one connection: its frames, what became of each, its beginning and
 * end. A frame whose fate is not known at once stays undecided until `fate` or `end` tells it, so
 * that no frame of a finished connection is left without one.
 */
import type { ConnectionEvent, Fate, FrameEvent, FrameFields } from '../history/events'
import type { Recorder } from './recorder'

/** The client a connection belongs to. */
export interface ConnectionOwner {
  app: string
  attempt: number
  client: string
  recorder: Recorder
}

/** What a request frame is; its response is told apart by nothing else. */
export interface RecordedRequest {
  frame: number
  api: string
  apiVersion: number
  correlationId: number
}

interface Circumstances {
  /** Left out while it is undecided. */
  fate?: Fate | undefined
  copy?: FrameEvent['copy'] | undefined
}

export class ConnectionRecord {
  readonly connection: number
  private readonly undecided = new Set<number>()

  constructor(
    private readonly owner: ConnectionOwner,
    readonly broker: number,
  ) {
    this.connection = owner.recorder.nextId()
  }

  /** @returns the number that names the frame */
  request(
    description: Omit<RecordedRequest, 'frame'> & { fields: FrameFields },
    sizeBytes: number,
    circumstances: Circumstances,
  ): number {
    const frame = this.owner.recorder.nextId()
    this.frame(
      {
        type: 'frame',
        ...this.place,
        frame,
        direction: 'request',
        api: description.api,
        apiVersion: description.apiVersion,
        correlationId: description.correlationId,
        sizeBytes,
        fields: description.fields,
      },
      circumstances,
    )
    return frame
  }

  /** @returns the number that names the frame */
  response(
    request: RecordedRequest,
    response: { sizeBytes: number; fields: FrameFields },
    circumstances: Circumstances,
  ): number {
    const frame = this.owner.recorder.nextId()
    this.frame(
      {
        type: 'frame',
        ...this.place,
        frame,
        direction: 'response',
        request: request.frame,
        api: request.api,
        apiVersion: request.apiVersion,
        correlationId: request.correlationId,
        sizeBytes: response.sizeBytes,
        fields: response.fields,
      },
      circumstances,
    )
    return frame
  }

  /** Tells what became of a frame; the first word counts. */
  fate(frame: number, fate: Fate): void {
    if (!this.undecided.delete(frame)) return
    const { app, attempt, recorder } = this.owner
    recorder.record({ type: 'fate', app, attempt, frame, fate })
  }

  /** Tells the fate of every frame that is still on its way. */
  end(fate: Fate): void {
    for (const frame of this.undecided) this.fate(frame, fate)
  }

  state(state: ConnectionEvent['state'], by?: ConnectionEvent['by']): void {
    this.owner.recorder.record({
      type: 'connection',
      ...this.place,
      state,
      ...(by && { by }),
    })
  }

  private frame(event: Omit<FrameEvent, 'index' | 'timeMs'>, { fate, copy }: Circumstances): void {
    if (copy !== undefined) event.copy = copy
    if (fate === undefined) this.undecided.add(event.frame)
    else event.fate = fate
    this.owner.recorder.record(event)
  }

  private get place() {
    const { app, attempt, client } = this.owner
    return { app, attempt, client, connection: this.connection, broker: this.broker }
  }
}
