import assert from 'node:assert/strict'
import { errorCode, errorName, isRetriable } from '../../../lib/src/protocol/errors'

describe("Kafka's errors", () => {
  it('codes from -1 to 136 have names that lead back to them', () => {
    for (let code = -1; code <= 136; code++) {
      const name = errorName(code)
      assert.doesNotMatch(name, /^UNKNOWN_ERROR_/)
      assert.equal(errorCode(name as Parameters<typeof errorCode>[0]), code)
    }
  })

  it('a code of a later Kafka is shown as a number', () => {
    assert.equal(errorName(1000), 'UNKNOWN_ERROR_1000')
  })

  it('knows which errors can pass by themselves', () => {
    assert.equal(isRetriable('NOT_LEADER_OR_FOLLOWER'), true)
    assert.equal(isRetriable('CONCURRENT_TRANSACTIONS'), true)
    assert.equal(isRetriable('OUT_OF_ORDER_SEQUENCE_NUMBER'), false)
    assert.equal(isRetriable('NON_EMPTY_GROUP'), false)
  })
})
