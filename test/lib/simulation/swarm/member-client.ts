/** A member of a consumer group: joins, keeps its session, commits what it could have read. */
import { heartbeat } from '../../../../lib/src/protocol/apis/heartbeat'
import { joinGroup } from '../../../../lib/src/protocol/apis/join-group'
import { leaveGroup } from '../../../../lib/src/protocol/apis/leave-group'
import { listOffsets } from '../../../../lib/src/protocol/apis/list-offsets'
import { offsetCommit } from '../../../../lib/src/protocol/apis/offset-commit'
import { syncGroup } from '../../../../lib/src/protocol/apis/sync-group'
import { errorName } from '../../../../lib/src/protocol/errors'
import type { MemberAct, Place } from './plan'
import { brokers, type World } from './world'

const heartbeatMs = 200

export class MemberClient {
  private memberId = ''
  private generationId = -1
  private state: 'away' | 'joining' | 'member' = 'away'
  /** Which broker was asked last. */
  private broker = 1

  constructor(
    private readonly world: World,
    private readonly groupId: string,
    private readonly sessionMs: number,
  ) {}

  get isMember(): boolean {
    return this.state === 'member'
  }

  perform({ act, ...place }: MemberAct, done: () => void): void {
    if (act === 'join' && this.state === 'away') this.join()
    if (act === 'commit' && this.state === 'member') return this.commit(place, done)
    if (act === 'leave' && this.state === 'member') this.leave()
    if (act === 'vanish') this.forget()
    done()
  }

  join(): void {
    this.state = 'joining'
    const { groupId, sessionMs, memberId } = this
    const request = {
      groupId,
      sessionTimeoutMs: sessionMs,
      rebalanceTimeoutMs: sessionMs,
      memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'roundRobin', metadata: Buffer.from('all') }],
    }
    this.world.ask(this.broker, joinGroup, request, (response) => {
      if (this.state !== 'joining') return
      if (response === 'no answer') return this.again()
      const error = errorName(response.errorCode)
      if (error === 'MEMBER_ID_REQUIRED') {
        this.memberId = response.memberId
        return this.join()
      }
      if (error === 'UNKNOWN_MEMBER_ID') this.memberId = ''
      if (error !== 'NONE') return this.again()
      this.memberId = response.memberId
      this.generationId = response.generationId
      this.sync(response.leader === response.memberId ? response.members : [])
    })
  }

  private sync(members: readonly { memberId: string }[]): void {
    const assignments = members.map(({ memberId }) => ({
      memberId,
      assignment: Buffer.from('something'),
    }))
    this.world.ask(this.broker, syncGroup, { ...this.membership, assignments }, (response) => {
      if (this.state !== 'joining') return
      if (response === 'no answer' || response.errorCode !== 0) return this.again()
      this.state = 'member'
      this.beat()
    })
  }

  private beat(): void {
    this.world.after(heartbeatMs, () => {
      if (this.state !== 'member') return
      this.world.ask(this.broker, heartbeat, this.membership, (response) => {
        if (this.state !== 'member') return
        const error = response === 'no answer' ? response : errorName(response.errorCode)
        if (error === 'NONE') return this.beat()
        if (error === 'UNKNOWN_MEMBER_ID') this.memberId = ''
        if (error === 'no answer' || /COORDINATOR/.test(error)) this.nextBroker()
        if (error === 'no answer' || /COORDINATOR/.test(error)) return this.beat()
        this.join()
      })
    })
  }

  private commit({ topic, partition }: Place, done: () => void): void {
    const asked = {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ topic, partitions: [{ partition, timestamp: -1 }] }],
    }
    const { membership } = this
    this.world.persist(
      {
        api: listOffsets,
        request: () => asked,
        attempts: 5,
        first: 1,
        accept: (response) => {
          const found = response.topics[0]?.partitions[0]
          if (found?.errorCode !== 0) return 'again'
          const topics = [
            { topic, partitions: [{ partition, offset: found.offset, metadata: null }] },
          ]
          this.world.ask(this.broker, offsetCommit, { ...membership, topics }, done)
          return 'taken'
        },
      },
      done,
    )
  }

  private leave(): void {
    const members = [{ memberId: this.memberId, groupInstanceId: null }]
    this.world.ask(this.broker, leaveGroup, { groupId: this.groupId, members }, () => undefined)
    this.forget()
  }

  forget(): void {
    this.state = 'away'
    this.memberId = ''
  }

  private again(): void {
    this.nextBroker()
    this.world.after(40, () => {
      if (this.state === 'joining') this.join()
    })
  }

  private nextBroker(): void {
    this.broker = (this.broker % brokers.length) + 1
  }

  private get membership() {
    const { groupId, generationId, memberId } = this
    return { groupId, generationId, memberId, groupInstanceId: null }
  }
}
