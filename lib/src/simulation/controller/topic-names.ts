/**
 * Which names a topic can have (Kafka's `Topic.validate`), and which it cannot have beside another:
 * metrics write a dot as an underscore, so `a.b` and `a_b` would be one.
 */
import { refusal, type Refusal } from './refusal'

const nameLengthMax = 249

export function refusedTopicName(name: string): Refusal | undefined {
  const refused = (reason: string) => refusal('INVALID_TOPIC_EXCEPTION', reason)
  if (name === '') return refused('a topic needs a name')
  if (name === '.' || name === '..') return refused(`a topic cannot be named ${name}`)
  if (name.length > nameLengthMax) {
    return refused(`a topic's name has at most ${nameLengthMax} characters, not ${name.length}`)
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return refused(`the topic name ${name} has characters besides letters, digits, ., _ and -`)
  }
  return undefined
}

export function refusedBeside(name: string, others: Iterable<string>): Refusal | undefined {
  const written = (topic: string) => topic.replaceAll('.', '_')
  for (const other of others) {
    if (other !== name && written(other) === written(name)) {
      return refusal('INVALID_TOPIC_EXCEPTION', `${name} collides with the topic ${other}`)
    }
  }
  return undefined
}
