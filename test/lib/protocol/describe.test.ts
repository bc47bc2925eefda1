import assert from 'node:assert/strict'
import { produce } from '../../../lib/src/protocol/apis/produce'
import {
  describeRequest,
  describeResponse,
  encodeApiVersionsRequest,
} from '../../../lib/src/protocol/describe'
import { encodeRequest, encodeResponse } from '../../../lib/src/protocol/frame'
import { encodeRecordBatch } from '../../../lib/src/protocol/record-batch-encode'
import { apiOfName } from '../../../lib/src/protocol/registry'
import { frameOf, frames } from './fixtures'

const place = { topic: 'lab-orders', partition: 0 }

function responseFields(api: string, apiVersion: number, index = 0): unknown {
  return describeResponse(frameOf('response', api, index), { api, apiVersion }).fields
}

describe('describeRequest', () => {
  it('a Produce has its acks and, per partition, the values inside', () => {
    assert.deepEqual(describeRequest(frameOf('request', 'Produce')), {
      apiKey: 0,
      api: 'Produce',
      apiVersion: 7,
      correlationId: 2,
      clientId: 'shop',
      fields: { acks: 1, partitions: [{ ...place, values: ['order-1'] }] },
      expectsResponse: true,
    })
  })

  it('a Produce with acks 0, and nothing else, expects no response', () => {
    const unanswered = frames
      .filter(({ direction }) => direction === 'request')
      .map(({ bytes }) => describeRequest(bytes))
      .filter(({ expectsResponse }) => !expectsResponse)
    assert.deepEqual(
      unanswered.map(({ api, fields }) => [api, fields.acks, fields.partitions?.[0]?.values]),
      [['Produce', 0, ['order-2']]],
    )
  })

  it('a Produce packed with gzip has its values, null among them', () => {
    const { fields } = describeRequest(frameOf('request', 'Produce', 2))
    assert.deepEqual(fields.partitions, [{ ...place, values: ['order-3', 'order-4', null] }])
  })

  it('a transactional Produce has the id, epoch and sequence of its batch', () => {
    assert.deepEqual(describeRequest(frameOf('request', 'Produce', 4)).fields, {
      acks: -1,
      transactionalId: 'lab-shop',
      partitions: [
        { ...place, values: ['order-abort'], producerId: 5, producerEpoch: 0, baseSequence: 1 },
      ],
    })
  })

  it('a Produce whose batch is cut is refused', () => {
    const batch = encodeRecordBatch({ timestampMs: 0, records: [{ value: 'a' }] })
    const topics = [{ topic: 't', partitions: [{ partition: 0, records: batch.subarray(0, -1) }] }]
    const request = { transactionalId: null, acks: 1, timeoutMs: 1, topics }
    const frame = encodeRequest(produce, { correlationId: 1, clientId: null }, request)
    assert.throws(() => describeRequest(frame), { name: 'TornFrameError', missingBytes: 1 })
  })

  it('an EndTxn has its verdict', () => {
    assert.deepEqual(describeRequest(frameOf('request', 'EndTxn')).fields, {
      transactionalId: 'lab-shop',
      producerId: 5,
      producerEpoch: 0,
      verdict: 'commit',
    })
  })

  it('a Fetch has where it reads, and how', () => {
    assert.deepEqual(describeRequest(frameOf('request', 'Fetch')).fields, {
      isolationLevel: 'read_committed',
      partitions: [
        { topic: 'lab-orders', partition: 1, offset: 0 },
        { ...place, offset: 0 },
      ],
    })
  })

  it('an OffsetCommit has group, generation, member and offsets', () => {
    const { fields } = describeRequest(frameOf('request', 'OffsetCommit'))
    assert.match(fields.memberId ?? '', /^shop-/)
    assert.deepEqual(
      { ...fields, memberId: '' },
      {
        group: 'lab-shipping',
        generation: 1,
        memberId: '',
        partitions: [{ ...place, offset: 10 }],
      },
    )
  })

  it('FindCoordinator tells a group from a transactional id', () => {
    const { fields } = describeRequest(frameOf('request', 'FindCoordinator'))
    assert.deepEqual(fields, { transactionalId: 'lab-shop' })
  })

  it('the barrier is an ApiVersions request as kafkajs writes it', () => {
    const captured = frameOf('request', 'ApiVersions')
    const { correlationId, clientId } = describeRequest(captured)
    assert.deepEqual(encodeApiVersionsRequest({ correlationId, clientId }), captured)
  })
})

describe('describeResponse', () => {
  it('a Produce has the offset of the first record', () => {
    assert.deepEqual(responseFields('Produce', 7), { partitions: [{ ...place, baseOffset: 0 }] })
  })

  it('an error has its name and, for a Produce, no offset', () => {
    const partition = { partition: 0, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
    const frame = encodeResponse(produce, 3, {
      topics: [{ topic: 't', partitions: [{ ...partition, errorCode: 45 }] }],
      throttleTimeMs: 0,
    })
    assert.deepEqual(describeResponse(frame, { api: 'Produce', apiVersion: 7 }), {
      correlationId: 3,
      fields: {
        partitions: [{ topic: 't', partition: 0, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }],
      },
    })
  })

  it('a Fetch has the values, markers left out, and the offsets around them', () => {
    assert.deepEqual(responseFields('Fetch', 11), {
      partitions: [
        { topic: 'lab-orders', partition: 1, highWatermark: 0, lastStableOffset: 0 },
        {
          ...place,
          highWatermark: 10,
          lastStableOffset: 10,
          baseOffset: 0,
          values: [
            ...['order-1', 'order-2', 'order-3', 'order-4', null],
            ...['order-commit', 'order-abort', 'order-last'],
          ],
        },
      ],
    })
  })

  it('the first JoinGroup is refused for want of a member id', () => {
    const { error, memberId } = responseFields('JoinGroup', 5) as Record<string, string>
    assert.equal(error, 'MEMBER_ID_REQUIRED')
    assert.match(memberId ?? '', /^shop-/)
  })

  it('an error that stands in one of several results is found', () => {
    assert.deepEqual(responseFields('CreateAcls', 1), { error: 'SECURITY_DISABLED' })
  })

  it('an error of the whole response has its name', () => {
    const api = apiOfName('EndTxn', 1)
    const frame = encodeResponse(api, 1, { throttleTimeMs: 0, errorCode: 47 })
    const { fields } = describeResponse(frame, { api: 'EndTxn', apiVersion: 1 })
    assert.deepEqual(fields, { error: 'INVALID_PRODUCER_EPOCH' })
  })

  it('an API the lab does not speak is refused', () => {
    const request = { api: 'Produce', apiVersion: 8 }
    assert.throws(() => describeResponse(frameOf('response', 'Produce'), request), {
      name: 'UnknownApiError',
    })
  })
})
