import assert from 'node:assert/strict'
import { brokerFeatures } from '../../../lib/src/protocol/apis/broker-features'
import { describeTransactions } from '../../../lib/src/protocol/apis/describe-transactions'
import { electLeaders } from '../../../lib/src/protocol/apis/elect-leaders'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '../../../lib/src/protocol/frame'
import { apis, apiOfKey, apiOfName } from '../../../lib/src/protocol/registry'
import { frameOf, frames } from './fixtures'
import type { CapturedFrame } from './kafkajs-session'

function encodedAgain({ direction, api, apiVersion, bytes }: CapturedFrame): Buffer {
  if (direction === 'request') {
    const decoded = decodeRequest(bytes)
    return encodeRequest(decoded.api, decoded, decoded.request)
  }
  const { correlationId, response } = decodeResponse(apiOfName(api, apiVersion), bytes)
  return encodeResponse(apiOfName(api, apiVersion), correlationId, response)
}

function decode({ direction, api, apiVersion }: CapturedFrame, bytes: Buffer): unknown {
  if (direction === 'request') return decodeRequest(bytes)
  return decodeResponse(apiOfName(api, apiVersion), bytes)
}

const nameAndVersion = ({ name, version }: { name: string; version: number }): string =>
  `${name} ${version}`

/** The frame with other content, and a length that fits. */
function resized(frame: Buffer, content: Buffer): Buffer {
  const bytes = Buffer.concat([frame.subarray(0, 4), content])
  bytes.writeInt32BE(content.length)
  return bytes
}

describe('APIs', () => {
  it('every one that kafkajs can send has a captured request and response', () => {
    const captured = new Set(frames.map((frame) => `${frame.direction} ${frame.api}`))
    const ofTheLab: string[] = [brokerFeatures, describeTransactions, electLeaders].map(
      nameAndVersion,
    )
    const names = apis
      .filter((api) => !ofTheLab.includes(nameAndVersion(api)))
      .map(({ name }) => name)
    const wanted = names.flatMap((name) => [`request ${name}`, `response ${name}`])
    assert.deepEqual([...captured].sort(), wanted.sort())
  })

  for (const frame of frames) {
    const { direction, api, apiVersion, bytes } = frame
    const name = `${api} version ${apiVersion}, ${direction} of ${bytes.length} bytes`

    it(`${name}: decoding and encoding gives the captured bytes`, () => {
      assert.equal(encodedAgain(frame).toString('hex'), bytes.toString('hex'))
    })

    it(`${name}: cut anywhere, or with a byte too many, it is refused`, () => {
      const content = bytes.subarray(4)
      for (let length = 0; length < content.length; length++) {
        const cut = resized(bytes, content.subarray(0, length))
        assert.throws(() => decode(frame, cut), { name: 'MalformedFrameError' }, `${length} bytes`)
        const torn = bytes.subarray(0, length + 4)
        assert.throws(() => decode(frame, torn), { name: 'TornFrameError' })
      }
      const longer = resized(bytes, Buffer.concat([content, Buffer.alloc(1)]))
      assert.throws(() => decode(frame, longer), { name: 'MalformedFrameError' })
    })
  }

  it('ApiVersions version 3 carries features in its tagged field', () => {
    const request = { clientSoftwareName: 'lab', clientSoftwareVersion: '1' }
    const header = { correlationId: 1, clientId: 'lab' }
    assert.deepEqual(decodeRequest(encodeRequest(brokerFeatures, header, request)).request, request)
    const response = {
      errorCode: 0,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
      throttleTimeMs: 0,
      supportedFeatures: [{ name: 'metadata.version', minVersion: 7, maxVersion: 33 }],
    }
    const frame = encodeResponse(brokerFeatures, 1, response)
    assert.deepEqual(decodeResponse(brokerFeatures, frame), { correlationId: 1, response })
  })

  it('an error in a field names the path to it', () => {
    const frame = Buffer.from(frameOf('request', 'Produce'))
    frame.writeInt32BE(-7, frame.indexOf('lab-orders') + 'lab-orders'.length)
    assert.throws(() => decodeRequest(frame), {
      message: /^Produce request version 7\.topics\.partitions: -7 elements cannot stand/,
    })
  })
})

describe('the registry', () => {
  it('names an unknown version, and the version that is known', () => {
    assert.throws(() => apiOfKey(0, 9), {
      name: 'UnknownApiError',
      message: 'Produce (API key 0) version 9 is not one the lab speaks; it knows 7',
    })
    assert.throws(() => apiOfName('ApiVersions', 4), { message: /version 4 .* it knows 2, 3$/ })
  })

  it('names an unknown key or name, and those that are known', () => {
    assert.throws(() => apiOfKey(78, 1), { message: /^API key 78 .*: Produce 0, Fetch 1, / })
    assert.throws(() => apiOfName('ShareFetch', 1), { message: /^API 'ShareFetch' .*: Produce, / })
  })

  it('refuses SASL by name', () => {
    assert.throws(() => apiOfKey(17, 1), { message: /^SaslHandshake .* without SASL$/ })
    assert.throws(() => apiOfKey(36, 1), { message: /^SaslAuthenticate .* without SASL$/ })
  })

  it('has each pair of key and version once', () => {
    const pairs = apis.map(({ key, version }) => `${key} ${version}`)
    assert.equal(new Set(pairs).size, pairs.length)
  })
})
