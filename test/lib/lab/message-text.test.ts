/** Bytes as the record writes them. */
import assert from 'node:assert/strict'
import { headerText, textOf } from '../../../lib/src/lab/message-text'

describe('a value', () => {
  it('is its UTF-8 text', () => {
    assert.equal(textOf('a'), 'a')
    assert.equal(textOf(Buffer.from('grün')), 'grün')
    assert.equal(textOf(Buffer.alloc(0)), '')
  })

  it('that is not UTF-8 is written in hexadecimal', () => {
    assert.equal(textOf(Buffer.from([0xff, 0x00])), '0xff00')
  })

  it('of Kafka’s null is null', () => {
    assert.equal(textOf(null), null)
    assert.equal(textOf(undefined), null)
  })
})

describe('a header', () => {
  it('is its first value', () => {
    assert.equal(headerText(Buffer.from('a')), 'a')
    assert.equal(headerText(['a', 'b']), 'a')
    assert.equal(headerText(undefined), undefined)
    assert.equal(headerText([]), undefined)
  })
})
