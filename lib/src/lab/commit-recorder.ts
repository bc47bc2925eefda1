/**
 * Records OffsetCommits as operations. kafkajs commits by itself as well as on request, and only
 * the frames show both, so the operation is taken from them: invoked when the request leaves, ok
 * or fail when its answer reached the app, info when the connection ended first.
 */
import type { FrameEvent, HistoryEvent, TopicPartitionOffset } from '../history/events'
import { completeOperation, invokeOperation } from './recorder'
import type { OperationSource, Recorder } from './recorder'

interface Pending {
  call: number
  connection: number
  source: OperationSource<'commitOffsets'>
}

export function watchCommits(recorder: Recorder): void {
  const pending = new Map<number, Pending>()
  const undelivered = new Map<number, FrameEvent>()
  const complete = (request: number, type: 'ok' | 'fail' | 'info', kafkaError?: string) => {
    const commit = pending.get(request)
    if (!commit) return
    pending.delete(request)
    const error = kafkaError && { name: 'KafkaJSProtocolError', message: kafkaError, kafkaError }
    const { call, source } = commit
    completeOperation(recorder, source, { call, type, ...(error && { error }) })
  }
  const answered = (response: FrameEvent) => {
    const error = (response.fields.partitions ?? []).find((entry) => entry.error)?.error
    complete(response.request ?? -1, error === undefined ? 'ok' : 'fail', error)
  }
  recorder.subscribe((event: HistoryEvent) => {
    if (event.type === 'frame' && event.api === 'OffsetCommit' && event.copy === undefined) {
      if (event.direction === 'request') pending.set(event.frame, invoke(recorder, event))
      else if (event.fate === 'delivered') answered(event)
      else undelivered.set(event.frame, event)
    } else if (event.type === 'fate' && undelivered.has(event.frame)) {
      const response = undelivered.get(event.frame)!
      undelivered.delete(event.frame)
      if (event.fate === 'delivered') answered(response)
    } else if (event.type === 'connection' && event.state === 'closed' && event.by !== 'crash') {
      const lost = [...pending].filter(([, { connection }]) => connection === event.connection)
      for (const [request] of lost) complete(request, 'info')
    }
  })
}

function invoke(recorder: Recorder, request: FrameEvent): Pending {
  const offsets: TopicPartitionOffset[] = (request.fields.partitions ?? []).flatMap(
    ({ topic, partition, offset }) => (offset === undefined ? [] : [{ topic, partition, offset }]),
  )
  const source: OperationSource<'commitOffsets'> = {
    app: request.app,
    attempt: request.attempt,
    operation: 'commitOffsets',
    client: request.client,
    value: {
      group: request.fields.group ?? '',
      generation: request.fields.generation ?? -1,
      offsets,
    },
  }
  return { call: invokeOperation(recorder, source), connection: request.connection, source }
}
