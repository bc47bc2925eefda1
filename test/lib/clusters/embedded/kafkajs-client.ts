/**
 * A process of its own with a plain kafkajs, for the wire server on TCP: sends values to `orders`,
 * and ends. Arguments: broker list, name of the client, number of values.
 */
import { Kafka, logLevel } from 'kafkajs'

async function main([list = '', name = '', count = '']: string[]): Promise<void> {
  const brokers = list.split(',')
  const kafka = new Kafka({ clientId: name, brokers, logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  await producer.connect()
  for (let index = 0; index < Number(count); index++) {
    const messages = [{ value: `${name}-${index}`, partition: index % 3 }]
    await producer.send({ topic: 'orders', messages })
  }
  await producer.disconnect()
}

void main(process.argv.slice(2))
