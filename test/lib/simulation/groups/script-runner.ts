/**
 * Runs the commands of a script against one GroupCoordinator and says what came of them. Clients
 * go by name (`a`, `b`); each remembers the member id and generation it was last told, and forgets
 * the id when a join says it is unknown. An id is shown as its client's name, with `'` for every
 * further one that the client is given.
 */
import { errorName } from '../../../../lib/src/protocol/errors'
import { GroupCoordinator } from '../../../../lib/src/simulation/groups/group-coordinator'
import type { GroupOptions } from '../../../../lib/src/simulation/groups/shard'
import { LogStub } from './log-stub'
import { ManualTimers } from './manual-timers'

interface Client {
  memberId: string
  generationId: number
}

type Named = Record<string, string>

const defaults: GroupOptions = {
  minSessionTimeoutMs: 6000,
  maxSessionTimeoutMs: 1_800_000,
  initialRebalanceDelayMs: 0,
  maxSize: 2_147_483_647,
  offsetsRetentionMs: 604_800_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  offsetsCommitTimeoutMs: 5000,
  offsetMetadataMaxBytes: 4096,
}

export class ScriptRunner {
  private readonly timers = new ManualTimers()
  private readonly log = new LogStub((line) => this.say(line))
  private readonly clients = new Map<string, Client>()
  private readonly names = new Map<string, string>()
  private lines: string[] = []
  private options = defaults
  private coordinator = this.newCoordinator()

  constructor() {
    this.coordinator.loaded()
  }

  /** The trace of a block of commands, a line each. */
  run(commands: readonly string[]): string {
    this.lines = []
    for (const command of commands) this.command(command)
    let trace = this.lines.join('\n')
    for (const [id, name] of this.names) trace = trace.replaceAll(id, name)
    return trace === '' ? 'nothing' : trace
  }

  private command(line: string): void {
    const [verb = '', ...words] = line.split(/\s+/)
    const named = Object.fromEntries(words.filter(isNamed).map((word) => word.split('=')))
    const plain = words.filter((word) => !isNamed(word))
    const handler = this.commands[verb]
    if (handler === undefined) throw new Error(`No command "${verb}" in: ${line}`)
    handler(plain, named)
  }

  private readonly commands: Record<string, (plain: string[], named: Named) => void> = {
    options: (_plain, named) => {
      if (this.clients.size > 0) throw new Error('Options stand at the beginning of a script')
      const changed = Object.entries(named).map(([name, value]) => [name, Number(value)])
      for (const [name] of changed) {
        if (!(String(name) in defaults)) throw new Error(`No option ${name}`)
      }
      this.options = { ...defaults, ...Object.fromEntries(changed) }
      this.coordinator = this.newCoordinator()
      this.coordinator.loaded()
    },
    advance: ([ms]) => this.timers.advance(Number(ms)),
    log: ([verb, count, error]) => {
      if (verb === 'answers') this.log.release(Number(count), error as 'NONE')
      else this.log.mode = (verb === 'says' ? count : 'holds') as 'NONE' | 'holds'
    },
    join: ([name], named) => this.join(name!, named),
    sync: ([name, ...assignments], named) => this.sync(name!, assignments, named),
    heartbeat: ([name], named) => {
      const request = this.memberFields(name!, named)
      this.coordinator.heartbeat(request, ({ errorCode }) =>
        this.answer(name!, 'heartbeat', errorCode),
      )
    },
    leave: (clients, named) => {
      const groupId = named.group ?? 'g'
      const members = clients.map((name) => ({
        ...this.client(name),
        groupInstanceId: named.instance ?? null,
      }))
      this.coordinator.leaveGroup({ groupId, members }, (response) => {
        const each = response.members.map(
          ({ memberId, errorCode }) => `${memberId} ${errorName(errorCode)}`,
        )
        this.answer(clients.join(' '), 'leave', response.errorCode, each.join(', '))
      })
    },
    commit: ([name, ...offsets], named) => {
      const request = { ...this.memberFields(name!, named), topics: parseOffsets(offsets, named) }
      this.coordinator.offsetCommit(request, ({ topics }) =>
        this.committed(name!, 'commit', topics),
      )
    },
    'txn-commit': ([producer, ...offsets], named) => {
      const topics = parseOffsets(offsets, named)
      const groupId = named.group ?? 'g'
      const by = { producerId: Number(producer), producerEpoch: 0, transactionalId: 'tx' }
      this.coordinator.txnOffsetCommit({ ...by, groupId, topics }, (response) =>
        this.committed(`producer ${producer}`, 'txn-commit', response.topics),
      )
    },
    marker: ([producer, verdict]) => {
      this.log.marker(Number(producer), verdict as 'commit')
      this.coordinator.markerWritten(Number(producer), verdict as 'commit')
    },
    fetch: (partitions, named) => {
      const topics = partitions.length === 0 ? null : partitions.map(parsePartition)
      this.coordinator.offsetFetch({ groupId: named.group ?? 'g', topics }, (response) => {
        const all = response.topics.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => `${topic}-${partition} = ${offset}`),
        )
        this.answer('offsets', 'fetch', response.errorCode, all.join(', '))
      })
    },
    describe: ([group]) =>
      this.coordinator.describeGroups({ groups: [group!] }, ({ groups }) => {
        for (const { errorCode, groupId, groupState, protocolData, members } of groups) {
          const ids = members.map((member) => `${member.memberId}:${member.memberAssignment}`)
          const text = [groupState, protocolData, `[${ids.join(' ')}]`].filter(
            (word) => word !== '',
          )
          this.answer(groupId, 'describe', errorCode, text.join(' '))
        }
      }),
    list: () =>
      this.coordinator.listGroups({}, ({ errorCode, groups }) => {
        const all = groups.map(({ groupId, protocolType }) => `${groupId} "${protocolType}"`)
        this.answer('groups', 'list', errorCode, all.join(', '))
      }),
    delete: (ids) =>
      this.coordinator.deleteGroups({ groups: ids }, ({ groups }) => {
        for (const { groupId, errorCode } of groups) this.answer(groupId, 'delete', errorCode)
      }),
    'delete-topic': (topics) => this.coordinator.deleteTopicOffsets(topics),
    resign: () => {
      this.coordinator.resign()
      this.say(`${this.timers.pending} timers left`)
    },
    'new-leader': () => {
      this.coordinator = this.newCoordinator()
      this.log.replayInto(this.coordinator)
    },
    loaded: () => this.coordinator.loaded(),
  }

  private join(name: string, named: Named): void {
    const client = this.client(name)
    const topics = (named.topics ?? 't').split(',')
    const metadata = named.subscription === 'none' ? Buffer.from('??') : subscription(topics)
    const protocols = (named.protocols ?? 'range').split(',').filter((protocol) => protocol !== '')
    const request = {
      groupId: named.group ?? 'g',
      sessionTimeoutMs: Number(named.session ?? 10_000),
      rebalanceTimeoutMs: Number(named.rebalance ?? 60_000),
      memberId: named.member ?? client.memberId,
      groupInstanceId: named.instance ?? null,
      protocolType: named.type ?? 'consumer',
      protocols: protocols.map((protocol) => ({ name: protocol, metadata })),
    }
    const context = { clientId: name, clientHost: '/127.0.0.1' }
    this.coordinator.joinGroup(request, context, (response) => {
      const { errorCode, memberId, generationId, leader, protocolName, members } = response
      if (errorName(errorCode) === 'MEMBER_ID_REQUIRED') this.nameId(name, memberId)
      if (errorCode === 0) client.generationId = generationId
      client.memberId = errorName(errorCode) === 'UNKNOWN_MEMBER_ID' ? '' : memberId
      const led =
        members.length === 0 ? '' : ` [${members.map((member) => member.memberId).join(' ')}]`
      const joined = `generation ${generationId} ${protocolName}, ${leader} leads${led}`
      this.answer(name, 'join', errorCode, errorCode === 0 ? joined : `as "${memberId}"`)
    })
  }

  private sync(name: string, assignments: string[], named: Named): void {
    const request = {
      ...this.memberFields(name, named),
      assignments: assignments.map((word) => {
        const [member = '', assignment = ''] = word.split(':')
        return { memberId: this.client(member).memberId, assignment: Buffer.from(assignment) }
      }),
    }
    this.coordinator.syncGroup(request, ({ errorCode, assignment }) =>
      this.answer(name, 'sync', errorCode, errorCode === 0 ? `"${assignment}"` : ''),
    )
  }

  private memberFields(name: string, named: Named) {
    const client = this.client(name)
    return {
      groupId: named.group ?? 'g',
      generationId: Number(named.generation ?? client.generationId),
      memberId: named.member ?? client.memberId,
      groupInstanceId: named.instance ?? null,
    }
  }

  /** A client called `-` stands outside the group. */
  private client(name: string): Client {
    const known = this.clients.get(name)
    if (known !== undefined) return known
    const client = { memberId: '', generationId: -1 }
    this.clients.set(name, client)
    return client
  }

  private nameId(name: string, memberId: string): void {
    const taken = [...this.names.values()]
    let free = name
    while (taken.includes(free)) free += "'"
    this.names.set(memberId, free)
  }

  private committed(
    name: string,
    verb: string,
    topics: readonly { topic: string; partitions: { partition: number; errorCode: number }[] }[],
  ): void {
    const all = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, errorCode }) => `${topic}-${partition} ${errorName(errorCode)}`),
    )
    this.say(`${name} ${verb}: ${all.join(', ')}`)
  }

  private answer(name: string, verb: string, errorCode: number, text = ''): void {
    this.say(`${name} ${verb}: ${errorName(errorCode)} ${text}`.trimEnd())
  }

  private say(line: string): void {
    this.lines.push(`${this.timers.now()} ${line}`)
  }

  private newCoordinator(): GroupCoordinator {
    let drawn = 0.5
    const random = () => (drawn = (drawn * 16_807 + 0.123) % 1)
    const { log, timers, options } = this
    return new GroupCoordinator({ log, timers, random, options })
  }
}

const isNamed = (word: string) => /^[a-z]\w*=/i.test(word) && !/^\w+-\d+=/.test(word)

function parsePartition(word: string) {
  const [topic = '', partition] = word.split('-')
  return { topic, partitions: [Number(partition)] }
}

/** `t-0=5` is an offset; `metadata=9` gives each that many bytes of metadata. */
function parseOffsets(words: readonly string[], { metadata }: Named) {
  return words.map((word) => {
    const [at = '', offset] = word.split('=')
    const { topic, partitions } = parsePartition(at)
    const text = metadata === undefined ? null : 'm'.repeat(Number(metadata))
    const committed = { partition: partitions[0]!, offset: Number(offset), metadata: text }
    return { topic, partitions: [committed] }
  })
}

/** `ConsumerProtocolSubscription` v0 without user data. */
function subscription(topics: readonly string[]): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0, topics.length])
  const names = topics.map((topic) => Buffer.from([0, topic.length, ...Buffer.from(topic)]))
  return Buffer.concat([head, ...names, Buffer.from([255, 255, 255, 255])])
}
