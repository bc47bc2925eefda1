/** What must hold of every image, and what one has that the one before it had not. */
import assert from 'node:assert/strict'
import type { PartitionState } from '../../../../lib/src/simulation/controller/state'
import type {
  MetadataImage,
  PartitionImage,
  TopicImage,
} from '../../../../lib/src/simulation/metadata-image'

export function checkImage(before: MetadataImage | undefined, image: MetadataImage): void {
  assert.equal(image.version, (before?.version ?? 0) + 1, 'versions have no gaps')
  for (const topic of image.topics.values()) {
    const was = before?.topics.get(topic.name)
    topic.partitions.forEach((partition, index) => {
      const name = `${topic.name}-${index} in version ${image.version}`
      checkPartition(name, partition)
      const earlier = was?.id === topic.id ? was.partitions[index] : undefined
      if (earlier !== undefined && earlier !== partition) checkSuccession(name, earlier, partition)
      const leader = image.brokers.get(partition.leader)
      if (partition.leader !== -1) assert.equal(leader?.fenced, false, `${name}: leader is fenced`)
    })
  }
}

function checkPartition(name: string, { replicas, isr, elr, leader }: PartitionImage): void {
  const members = [...isr, ...elr]
  assert.equal(new Set(members).size, members.length, `${name}: ISR and ELR have one twice`)
  assert.equal(new Set(replicas).size, replicas.length, `${name}: replicas have one twice`)
  // Not so the ELR: in Kafka, too, it keeps whom a reassignment took away below the minimum.
  const isOfReplicas = isr.every((broker) => replicas.includes(broker))
  assert.ok(isOfReplicas, `${name}: the ISR has one who is no replica`)
  assert.ok(leader === -1 || isr.includes(leader), `${name}: leader is not in the ISR`)
}

function checkSuccession(name: string, before: PartitionImage, after: PartitionImage): void {
  assert.equal(after.partitionEpoch, before.partitionEpoch + 1, `${name}: one change, one epoch`)
  const leaderEpochs = [before.leaderEpoch, before.leaderEpoch + 1]
  assert.ok(leaderEpochs.includes(after.leaderEpoch), `${name}: leader epoch jumps`)
  if (before.leader !== after.leader) {
    assert.equal(after.leaderEpoch, before.leaderEpoch + 1, `${name}: new leader, old epoch`)
  }
}

export function changes(before: MetadataImage | undefined, after: MetadataImage): string[] {
  const lines: string[] = []
  for (const broker of after.brokers.values()) {
    if (before?.brokers.get(broker.id) === broker) continue
    lines.push(`broker ${broker.id} epoch ${broker.epoch} ${broker.fenced ? 'fenced' : 'unfenced'}`)
  }
  for (const topic of before?.topics.values() ?? []) {
    if (after.topics.get(topic.name)?.id !== topic.id) lines.push(`${topic.name} is gone`)
  }
  for (const topic of after.topics.values()) {
    lines.push(...topicChanges(before?.topics.get(topic.name), topic))
  }
  return lines.length === 0 ? ['an image with nothing new'] : lines
}

function topicChanges(before: TopicImage | undefined, after: TopicImage): string[] {
  const was = before?.id === after.id ? before : undefined
  const lines: string[] = []
  const config = Object.entries(after.config).map(([name, value]) => `${name}=${value}`)
  if (was === undefined) lines.push(`${after.name} id ${after.id}`)
  if (
    config.join() !==
    Object.entries(was?.config ?? {})
      .map((pair) => pair.join('='))
      .join()
  ) {
    lines.push(`${after.name} with ${config.join(' ') || 'no settings'}`)
  }
  after.partitions.forEach((partition, index) => {
    const { leader, leaderEpoch, isr, elr, replicas, partitionEpoch } = partition
    if (was?.partitions[index] === partition) return
    const eligible = elr.length === 0 ? '' : ` elr [${elr}]`
    const last = lastKnownLeader(partition)
    lines.push(
      `${after.name}-${index} on [${replicas}]: leader ${leader} epoch ${leaderEpoch}, ` +
        `isr [${isr}]${eligible} epoch ${partitionEpoch}${last}`,
    )
  })
  return lines
}

/** The controller's own knowledge, which brokers have no use for. */
function lastKnownLeader(partition: PartitionImage): string {
  const { lastKnownLeader: last } = partition as PartitionState
  return last === -1 ? '' : `, last led by ${last}`
}
