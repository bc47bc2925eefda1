import assert from 'node:assert/strict'
import { localCluster, type LocalCluster } from '../../../lib/src/clusters/kafka/local-cluster'
import { brokerFeatures } from '../../../lib/src/protocol/apis/broker-features'
import { describeTransactions } from '../../../lib/src/protocol/apis/describe-transactions'
import { electLeaders } from '../../../lib/src/protocol/apis/elect-leaders'
import { describeRequest, describeResponse } from '../../../lib/src/protocol/describe'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '../../../lib/src/protocol/frame'
import { apiOfName, apis } from '../../../lib/src/protocol/registry'
import { kafkajsSession, type CapturedFrame } from './kafkajs-session'

describe('the wire format, in a session of kafkajs with real Kafka', () => {
  let cluster: LocalCluster
  let frames: CapturedFrame[]

  before(async () => {
    cluster = await localCluster()
    const brokers = cluster.brokers.map(({ host, port }) => `${host}:${port}`)
    frames = await kafkajsSession(brokers, 'session')
  })

  after(() => cluster.stop())

  /** What the lab sends and kafkajs never does. */
  const ofTheLab: readonly unknown[] = [brokerFeatures, describeTransactions, electLeaders]

  it('every API that kafkajs has is used, each in the version that is known', () => {
    const used = new Set(frames.map(({ api }) => api))
    const known = apis.filter((api) => !ofTheLab.includes(api)).map(({ name }) => name)
    assert.deepEqual([...used].sort(), known.sort())
  })

  it('every frame is described', () => {
    for (const { direction, api, apiVersion, bytes } of frames) {
      if (direction === 'request') assert.equal(describeRequest(bytes).api, api)
      else assert.ok(describeResponse(bytes, { api, apiVersion }).fields)
    }
  })

  it('every frame, decoded and encoded, has the same bytes', () => {
    for (const { direction, api, apiVersion, bytes } of frames) {
      const definition = apiOfName(api, apiVersion)
      if (direction === 'request') {
        const decoded = decodeRequest(bytes)
        assert.deepEqual(encodeRequest(definition, decoded, decoded.request), bytes)
      } else {
        const { correlationId, response } = decodeResponse(definition, bytes)
        assert.deepEqual(encodeResponse(definition, correlationId, response), bytes)
      }
    }
  })
})
