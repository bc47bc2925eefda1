import assert from 'node:assert/strict'
import {
  describeBrokerSettings,
  describeTopicSettings,
} from '../../../lib/src/simulation/described-settings'
import { checkSettings, setting, topicSetting } from '../../../lib/src/simulation/settings'

describe('settings', () => {
  it('have the defaults of Kafka 4.4 where they are not given', () => {
    assert.equal(setting({}, 'broker.session.timeout.ms'), 9000)
    assert.equal(setting({}, 'unclean.leader.election.enable'), false)
    assert.equal(setting({}, 'log.cleanup.policy'), 'delete')
    assert.equal(setting({}, 'log.retention.ms'), null)
    assert.equal(setting({}, 'eligible.leader.replicas.version'), 1)
  })

  it('are read from texts as from values', () => {
    assert.equal(setting({ 'replica.lag.time.max.ms': ' 500 ' }, 'replica.lag.time.max.ms'), 500)
    assert.equal(setting({ 'replica.lag.time.max.ms': 500 }, 'replica.lag.time.max.ms'), 500)
    const enabled = { 'auto.create.topics.enable': 'FALSE' }
    assert.equal(setting(enabled, 'auto.create.topics.enable'), false)
    assert.equal(
      setting({ 'log.cleanup.policy': 'compact, delete' }, 'log.cleanup.policy'),
      'compact,delete',
    )
  })

  // A setting that is misspelt would otherwise keep its default without a word.
  it('that the simulated cluster does not know are refused by name', () => {
    assert.throws(
      () => checkSettings({ 'min.insync.replica': 2 }),
      /no setting min\.insync\.replica:/,
    )
    assert.throws(() => checkSettings({ toString: 'x' }), /no setting toString/)
    checkSettings({ 'min.insync.replicas': 2 })
  })

  it('are refused outside their type and bounds, by name and value', () => {
    const refused: [name: string, value: string | number | boolean, why: RegExp][] = [
      ['min.insync.replicas', 0, /min\.insync\.replicas is 0: it must be between 1 and 2147483647/],
      ['min.insync.replicas', 1.5, /of Kafka's type INT/],
      ['min.insync.replicas', '1.5', /of Kafka's type INT/],
      ['min.insync.replicas', '', /of Kafka's type INT/],
      ['min.insync.replicas', 'two', /of Kafka's type INT/],
      ['min.insync.replicas', Number.NaN, /of Kafka's type INT/],
      ['min.insync.replicas', true, /of Kafka's type INT/],
      ['min.insync.replicas', 2 ** 31, /must be between/],
      ['offsets.topic.replication.factor', 32_768, /between 1 and 32767/],
      ['log.cleaner.min.cleanable.ratio', 1.1, /between 0 and 1/],
      ['auto.create.topics.enable', 1, /must be true or false/],
      ['compression.type', 'rar', /one of uncompressed/],
      ['log.cleanup.policy', 'delete,shrink', /made of compact, delete/],
    ]
    for (const [name, value, why] of refused) {
      assert.throws(() => checkSettings({ [name]: value }), why, `${name} ${value}`)
    }
  })

  it('of a topic come from the topic, else from the broker, else from Kafka', () => {
    const name = 'min.insync.replicas'
    assert.equal(topicSetting({ [name]: '3' }, { [name]: 2 }, name), 3)
    assert.equal(topicSetting({}, { [name]: 2 }, name), 2)
    assert.equal(topicSetting({}, {}, name), 1)
    assert.equal(topicSetting({}, { 'message.max.bytes': 10 }, 'max.message.bytes'), 10)
  })

  it('of a topic that brokers have in several units take the first that is set', () => {
    assert.equal(topicSetting({}, {}, 'retention.ms'), 604_800_000)
    assert.equal(topicSetting({}, { 'log.retention.hours': 2 }, 'retention.ms'), 7_200_000)
    const both = { 'log.retention.hours': 2, 'log.retention.minutes': 3 }
    assert.equal(topicSetting({}, both, 'retention.ms'), 180_000)
    assert.equal(topicSetting({}, { ...both, 'log.retention.ms': 4 }, 'retention.ms'), 4)
    assert.equal(topicSetting({}, { 'log.roll.jitter.hours': 1 }, 'segment.jitter.ms'), 3_600_000)
  })
})

describe('settings in force (DescribeConfigs)', () => {
  const ofTopic = (
    name: string,
    config: Record<string, string>,
    settings: Record<string, string | number>,
  ) => describeTopicSettings(config, settings).find((one) => one.name === name)

  it('of a topic tell whether topic, broker or Kafka decided, and what else would have', () => {
    const name = 'min.insync.replicas'
    assert.deepEqual(ofTopic(name, { [name]: '3' }, { [name]: 2 }), {
      name,
      value: '3',
      readOnly: false,
      configSource: 1,
      isSensitive: false,
      synonyms: [
        { name, value: '3', source: 1 },
        { name, value: '2', source: 4 },
        { name, value: '1', source: 5 },
      ],
    })
    assert.equal(ofTopic(name, {}, { [name]: 2 })?.configSource, 4)
    assert.equal(ofTopic(name, {}, {})?.configSource, 5)
  })

  // Kafka's ConfigHelper drops the synonyms before the setting's own name, and that is unset.
  it('of a topic count hours that stand for milliseconds as a default, as Kafka does', () => {
    const described = ofTopic('retention.ms', {}, { 'log.retention.hours': 2 })
    assert.deepEqual([described?.value, described?.configSource], ['7200000', 5])
    assert.deepEqual(described?.synonyms, [])
    const ms = ofTopic('retention.ms', {}, { 'log.retention.ms': 5 })
    assert.deepEqual([ms?.value, ms?.configSource], ['5', 4])
  })

  it("write Java's largest long in full", () => {
    assert.equal(ofTopic('flush.messages', {}, {})?.value, '9223372036854775807')
  })

  it('of a broker tell which it could change while it runs', () => {
    const described = new Map(
      describeBrokerSettings({ 'num.partitions': 3 }).map((one) => [one.name, one]),
    )
    assert.equal(described.get('num.partitions')?.readOnly, true)
    assert.equal(described.get('num.partitions')?.configSource, 4)
    assert.equal(described.get('num.partitions')?.value, '3')
    assert.equal(described.get('message.max.bytes')?.readOnly, false)
    assert.equal(described.get('producer.id.expiration.ms')?.readOnly, false)
    assert.equal(described.get('log.retention.ms')?.value, null)
    assert.equal(described.get('log.retention.hours')?.value, '168')
    assert.equal(described.has('eligible.leader.replicas.version'), false)
  })
})
