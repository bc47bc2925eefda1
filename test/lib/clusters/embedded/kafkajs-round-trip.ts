/**
 * A process of its own with a plain kafkajs that uses most of what Kafka has: makes a topic, sends
 * to it (acks all, then in a transaction that commits and one that aborts), reads it back as a
 * consumer group and prints the values as JSON. Arguments: broker list, a name of its own, count.
 */
import { Kafka, logLevel } from 'kafkajs'

async function main([list = '', name = '', count = '']: string[]): Promise<void> {
  const kafka = new Kafka({ clientId: name, brokers: list.split(','), logLevel: logLevel.ERROR })
  const topic = `orders-${name}`
  const admin = kafka.admin()
  await admin.connect()
  const topics = [{ topic, numPartitions: 3, replicationFactor: 3 }]
  await admin.createTopics({ topics, waitForLeaders: false })
  await admin.disconnect()

  const plain = kafka.producer()
  await plain.connect()
  for (let index = 0; index < Number(count); index++) {
    const messages = [{ value: `${name}-${index}`, partition: index % 3 }]
    await plain.send({ topic, messages })
  }
  await plain.disconnect()

  const transactionalId = `charges-${name}`
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const aborted = await producer.transaction()
  await aborted.send({ topic, messages: [{ value: 'aborted', partition: 0 }] })
  await aborted.abort()
  const committed = await producer.transaction()
  await committed.send({ topic, messages: [{ value: 'committed', partition: 0 }] })
  await committed.commit()
  await producer.disconnect()

  const consumer = kafka.consumer({ groupId: `billing-${name}`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values: string[] = []
  await new Promise<void>((done, failed) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value))
      if (values.includes('committed') && values.length > Number(count)) done()
    }
    consumer.run({ eachMessage }).catch(failed)
  })
  await consumer.disconnect()
  console.log(JSON.stringify(values))
}

void main(process.argv.slice(2))
