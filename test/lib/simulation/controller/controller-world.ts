/**
 * A controller and the brokers that tell it of themselves, driven by one-line commands. Whatever a
 * command changes in the image is told after the answer to it, and every image must be one that
 * Kafka could have.
 */
import assert from 'node:assert/strict'
import { Controller } from '../../../../lib/src/simulation/controller/controller'
import { EventQueue } from '../../../../lib/src/simulation/event-queue'
import type { MetadataImage } from '../../../../lib/src/simulation/metadata-image'
import { errorName } from '../../../../lib/src/protocol/errors'
import { changes, checkImage } from './images'

/** `name=value` words of a command, the plain words before them, and words that are flags. */
interface Words {
  plain: string[]
  named: Map<string, string>
}

const numbers = (text: string) => (text === '' ? [] : text.split(',').map(Number))

export class ControllerWorld {
  private readonly queue = new EventQueue()
  private readonly images: MetadataImage[] = []
  private readonly trace: string[] = []
  private created: Controller | undefined
  private readonly epochs = new Map<number, number>()

  run(line: string): string[] {
    const [command = '', ...rest] = line.split(' ')
    const words: Words = { plain: [], named: new Map() }
    for (const word of rest) {
      const [name = '', ...value] = word.split('=')
      if (value.length === 0) words.plain.push(word)
      else words.named.set(name, value.join('='))
    }
    const act = this.commands[command]
    if (act === undefined) throw new Error(`a script cannot say ${command}`)
    act(words)
    return this.trace.splice(0)
  }

  private get controller(): Controller {
    assert.ok(this.created, 'a script begins with `cluster`')
    return this.created
  }

  private tell(line: string): void {
    this.trace.push(line)
  }

  private readonly commands: Record<string, (words: Words) => void> = {
    /** cluster 1,2,3 [setting=value …] */
    cluster: ({ plain, named }) => {
      const brokers = new Map(numbers(plain[0]!).map((id) => [id, { host: `b${id}`, port: 9092 }]))
      this.created = new Controller({
        timers: this.queue,
        settings: Object.fromEntries(named),
        brokers,
        publish: (image) => this.published(image),
      })
    },
    /** register 1 */
    register: ({ plain }) => {
      for (const id of plain.map(Number)) {
        const { error, brokerEpoch } = this.controller.registerBroker(id)
        if (error === 'NONE') this.epochs.set(id, brokerEpoch)
        this.tell(`register ${id}: ${error === 'NONE' ? `epoch ${brokerEpoch}` : error}`)
      }
    },
    /** heartbeat 1 [epoch=3] [version=3] */
    heartbeat: ({ plain, named }) => {
      for (const id of plain.map(Number)) this.heartbeat(id, named)
    },
    /** wait 9000 [beating=1,2]: one heartbeat a second of each, from the start on */
    wait: ({ plain, named }) => this.wait(Number(plain[0]), numbers(named.get('beating') ?? '')),
    ...this.topicCommands(),
    ...this.partitionCommands(),
    /** producer-ids 1 [epoch=3] */
    'producer-ids': ({ plain, named }) => {
      const broker = Number(plain[0])
      const brokerEpoch = this.epochOf(broker, named.get('epoch'))
      this.controller.allocateProducerIds({ broker, brokerEpoch }, (block) =>
        this.tell(`${block.error} ${block.firstProducerId} count ${block.count}`),
      )
    },
  }

  private topicCommands(): Record<string, (words: Words) => void> {
    return {
      /** create orders [partitions=3] [replicas=3] [assign=0:1,2;1:2,1] [config.x=y] [validate] */
      create: ({ plain, named }) => {
        const [names = '', mode] = plain
        const assign = named.get('assign')
        const topics = names.split(',').map((topic) => ({
          topic,
          numPartitions: Number(named.get('partitions') ?? -1),
          replicationFactor: Number(named.get('replicas') ?? -1),
          assignments: (assign === undefined ? [] : assign.split(';')).map((part) => {
            const [partition = '', brokers = ''] = part.split(':')
            return { partition: Number(partition), brokerIds: numbers(brokers) }
          }),
          configs: configsOf(named),
        }))
        const request = { topics, timeoutMs: 1000, validateOnly: mode === 'validate' }
        this.controller.createTopics(request, (response) => {
          for (const result of response.topics) this.tellResult(`create ${result.topic}`, result)
        })
      },
      /** delete orders */
      delete: ({ plain }) => {
        const request = { topicNames: plain, timeoutMs: 1000 }
        this.controller.deleteTopics(request, (response) => {
          for (const { topic, errorCode } of response.topics) {
            this.tell(`delete ${topic}: ${errorName(errorCode)}`)
          }
        })
      },
      /** grow orders 5 [assign=1,2;2,1] [validate] */
      grow: ({ plain, named }) => {
        const [names = '', count, mode] = plain
        const assign = named.get('assign')
        const assignments =
          assign?.split(';').map((brokers) => ({ brokerIds: numbers(brokers) })) ?? null
        const topics = names
          .split(',')
          .map((topic) => ({ topic, count: Number(count), assignments }))
        const request = { topics, timeoutMs: 1000, validateOnly: mode === 'validate' }
        this.controller.createPartitions(request, (response) => {
          for (const result of response.topics) this.tellResult(`grow ${result.topic}`, result)
        })
      },
      /** configure 2:orders [config.x=y …] [validate]; 2 is a topic, 4 a broker */
      configure: ({ plain, named }) => {
        const [names = '', mode] = plain
        const resources = names.split(',').map((name) => {
          const [type, resourceName = ''] = name.split(':')
          return { resourceType: Number(type), resourceName, configs: configsOf(named) }
        })
        const request = { resources, validateOnly: mode === 'validate' }
        this.controller.alterConfigs(request, (response) => {
          for (const result of response.resources) {
            this.tellResult(`configure ${result.resourceType}:${result.resourceName}`, result)
          }
        })
      },
    }
  }

  private partitionCommands(): Record<string, (words: Words) => void> {
    return {
      /** isr 1 orders-0 1,2 [epoch=1] [leader-epoch=0] [partition-epoch=0] [member=2:9] [id=1] */
      isr: (words) => this.alterPartition(words),
      /** elect orders-0 | all */
      elect: ({ plain }) => {
        const topicPartitions = plain[0] === 'all' ? null : plain.map(partitionOf)
        this.controller.electLeaders({ topicPartitions, timeoutMs: 1000 }, (response) => {
          for (const { topic, partitions } of response.results) {
            if (partitions.length === 0) this.tell(`elect ${topic}: nothing`)
            for (const result of partitions) {
              this.tellResult(`elect ${topic}-${result.partition}`, result)
            }
          }
        })
      },
      /** reassign orders-0 2,3 | cancel */
      reassign: ({ plain }) => {
        const { topic, partitions } = partitionOf(plain[0]!)
        const replicas = plain[1] === 'cancel' ? null : numbers(plain[1] ?? '')
        const wanted = partitions.map((partition) => ({ partition, replicas }))
        const request = { timeoutMs: 1000, topics: [{ topic, partitions: wanted }] }
        this.controller.alterPartitionReassignments(request, (response) => {
          for (const result of response.topics[0]!.partitions) {
            this.tellResult(`reassign ${topic}-${result.partition}`, result)
          }
        })
      },
      /** reassigning [orders-0] */
      reassigning: ({ plain }) => {
        const topics = plain.length === 0 ? null : plain.map(partitionOf)
        this.controller.listPartitionReassignments({ timeoutMs: 1000, topics }, (response) => {
          for (const { topic, partitions } of response.topics) {
            for (const { partition, replicas, addingReplicas, removingReplicas } of partitions) {
              this.tell(
                `${topic}-${partition} on [${replicas}] adding [${addingReplicas}] ` +
                  `removing [${removingReplicas}]`,
              )
            }
          }
        })
      },
    }
  }

  private alterPartition({ plain, named }: Words): void {
    const broker = Number(plain[0])
    const { topic, partitions } = partitionOf(plain[1]!)
    const partition = partitions[0]!
    const now = this.controller.image.topics.get(topic)
    const is = now?.partitions[partition]
    const member = numbers(named.get('member')?.replace(':', ',') ?? '')
    const newIsr = numbers(plain[2] ?? '').map((id) => ({
      broker: id,
      brokerEpoch: member[0] === id ? member[1]! : (this.epochs.get(id) ?? -1),
    }))
    const entry = {
      topic,
      topicId: Number(named.get('id') ?? now?.id ?? 0),
      partition,
      leaderEpoch: Number(named.get('leader-epoch') ?? is?.leaderEpoch ?? 0),
      partitionEpoch: Number(named.get('partition-epoch') ?? is?.partitionEpoch ?? 0),
      newIsr,
    }
    const brokerEpoch = this.epochOf(broker, named.get('epoch'))
    this.controller.alterPartition({ broker, brokerEpoch, partitions: [entry] }, (response) => {
      if (response.error !== 'NONE') this.tell(`isr: ${response.error}`)
      for (const result of response.partitions) {
        this.tell(
          `isr ${topic}-${result.partition}: ${result.error}, leader ${result.leader} epoch ` +
            `${result.leaderEpoch}, isr [${result.isr}] epoch ${result.partitionEpoch}`,
        )
      }
    })
  }

  private epochOf(broker: number, given: string | undefined): number {
    return given === undefined ? (this.epochs.get(broker) ?? 0) : Number(given)
  }

  private heartbeat(id: number, named: ReadonlyMap<string, string>): void {
    const version = Number(named.get('version') ?? this.controller.image.version)
    const epoch = this.epochOf(id, named.get('epoch'))
    this.controller.heartbeat(id, epoch, version, ({ error, isCaughtUp, isFenced }) => {
      const state = `${isCaughtUp ? 'caught up' : 'behind'}, ${isFenced ? 'fenced' : 'unfenced'}`
      this.tell(`heartbeat ${id}: ${error === 'NONE' ? state : error}`)
    })
  }

  private wait(durationMs: number, beating: readonly number[]): void {
    const endMs = this.queue.now() + durationMs
    const beat = () => {
      for (const id of beating) {
        this.controller.heartbeat(id, this.epochOf(id, undefined), this.controller.image.version)
      }
      if (this.queue.now() + 1000 < endMs) this.queue.after(1000, beat)
    }
    this.queue.after(0, beat)
    this.queue.at(endMs, () => undefined)
    while (this.queue.runNext(endMs)) continue
  }

  private published(image: MetadataImage): void {
    const before = this.images.at(-1)
    checkImage(before, image)
    this.images.push(image)
    const at = this.queue.now() === 0 ? '' : `${Math.round(this.queue.now())} ms: `
    for (const line of changes(before, image)) this.tell(`  ${at}${line}`)
  }

  private tellResult(
    about: string,
    { errorCode, errorMessage }: { errorCode: number; errorMessage: string | null },
  ): void {
    const name = errorName(errorCode)
    assert.equal(errorMessage === null, name === 'NONE', 'an error has a message, success none')
    this.tell(`${about}: ${name}${errorMessage === null ? '' : ` (${errorMessage})`}`)
  }
}

function partitionOf(text: string): { topic: string; partitions: number[] } {
  const at = text.lastIndexOf('-')
  return { topic: text.slice(0, at), partitions: [Number(text.slice(at + 1))] }
}

/** `config.x=y`; the value null is null. */
function configsOf(named: ReadonlyMap<string, string>): { name: string; value: string | null }[] {
  return [...named]
    .filter(([name]) => name.startsWith('config.'))
    .map(([name, value]) => ({
      name: name.slice('config.'.length),
      value: value === 'null' ? null : value,
    }))
}
