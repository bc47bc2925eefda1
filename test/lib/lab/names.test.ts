/** The reader's names and the cluster's. */
import assert from 'node:assert/strict'
import { createContext, runInContext } from 'node:vm'
import { Names } from '../../../lib/src/lab/names'

const names = new Names('lab-1-', new Map([[2, '127.0.0.1:9092']]))

describe('names on the cluster', () => {
  it('have the run’s prefix, once', () => {
    assert.equal(names.outside('orders'), 'lab-1-orders')
    assert.equal(names.outside('lab-1-orders'), 'lab-1-orders')
    assert.equal(names.inside('lab-1-orders'), 'orders')
    assert.equal(names.inside('orders'), 'orders')
  })

  it('of Kafka itself stay as they are', () => {
    assert.equal(names.outside('__consumer_offsets'), '__consumer_offsets')
  })

  it('stand where kafkajs’s arguments name topics, groups and transactional ids', () => {
    const given = {
      groupId: 'g',
      topicMessages: [{ topic: 'orders', messages: [{ value: 'topic', key: 'orders' }] }],
      topics: ['a', { topic: 'b' }],
    }
    assert.deepEqual(names.argumentsOutside(given), {
      groupId: 'lab-1-g',
      topicMessages: [{ topic: 'lab-1-orders', messages: [{ value: 'topic', key: 'orders' }] }],
      topics: ['lab-1-a', { topic: 'lab-1-b' }],
    })
  })

  it('are the reader’s in what kafkajs answers, also where a topic is a key', () => {
    const joined = { groupId: 'lab-1-g', memberAssignment: { 'lab-1-orders': [0, 1] } }
    const inside = { groupId: 'g', memberAssignment: { orders: [0, 1] } }
    assert.deepEqual(names.resultInside(joined), inside)
  })

  it('are found in objects of another realm', () => {
    const foreign: unknown = runInContext(`({ topic: 'orders' })`, createContext({}))
    assert.deepEqual(names.argumentsOutside(foreign), { topic: 'lab-1-orders' })
  })

  it('leave buffers, functions and instances alone', () => {
    const value = Buffer.from('topic')
    const partitioner = (): number => 0
    const mapped = names.argumentsOutside({ value, partitioner }) as Record<string, unknown>
    assert.equal(mapped['value'], value)
    assert.equal(mapped['partitioner'], partitioner)
  })
})

describe('what the reader sees', () => {
  it('has plain names and brokers for addresses', () => {
    assert.equal(
      names.insideText('lab-1-orders: connect 127.0.0.1:9092 refused for lab-1-g'),
      'orders: connect broker 2 refused for g',
    )
    assert.deepEqual(names.resultInside([{ topicName: 'lab-1-orders' }]), [{ topicName: 'orders' }])
  })

  it('is the same error with plain names, also of the error behind it', () => {
    const cause = Object.assign(new Error('no lab-1-orders'), { topic: 'lab-1-orders' })
    const error = new TypeError('lab-1-g failed', { cause })
    assert.equal(names.errorInside(error), error)
    assert.equal(error.message, 'g failed')
    assert.equal(cause.message, 'no orders')
    assert.equal(cause.topic, 'orders')
  })

  it('has a frame’s fields with plain names', () => {
    const fields = {
      group: 'lab-1-g',
      transactionalId: 'lab-1-t',
      partitions: [{ topic: 'lab-1-orders', partition: 0 }],
    }
    assert.deepEqual(names.fieldsInside(fields), {
      group: 'g',
      transactionalId: 't',
      partitions: [{ topic: 'orders', partition: 0 }],
    })
  })
})
