/**
 * The controller: it registers brokers, fences those that fall silent, elects leaders, agrees to
 * ISRs and makes topics, and publishes a new image with every change (Kafka's QuorumController). It
 * is one node that never fails: the quorum of real controllers and its log are left out, and every
 * request is answered as soon as it is heard.
 */
import type { RequestOf, ResponseOf } from '../../protocol/api'
import type { alterConfigs } from '../../protocol/apis/alter-configs'
import type { alterPartitionReassignments } from '../../protocol/apis/alter-partition-reassignments'
import type { createPartitions } from '../../protocol/apis/create-partitions'
import type { createTopics } from '../../protocol/apis/create-topics'
import type { deleteTopics } from '../../protocol/apis/delete-topics'
import type { electLeaders } from '../../protocol/apis/elect-leaders'
import type { listPartitionReassignments } from '../../protocol/apis/list-partition-reassignments'
import type { KafkaErrorName } from '../../protocol/errors'
import type { MetadataImage } from '../metadata-image'
import { checkSettings, setting, type Settings } from '../settings'
import type { Timers } from '../timers'
import {
  alterPartitions,
  type AlterPartitionRequest,
  type AlterPartitionResponse,
} from './alter-partition'
import { BrokerSessions } from './broker-sessions'
import { changeConfigs } from './configs'
import {
  afterFencing,
  afterUncleanShutdown,
  withLeadersWhereNone,
  electPreferredLeaders,
  withPreferredLeaders,
} from './elections'
import { growTopics } from './new-partitions'
import { reassignPartitions, reassignmentsUnderWay } from './reassignments'
import { emptyState, withBroker, type ControllerState } from './state'
import { makeTopics, removeTopics } from './topics'

export interface ControllerOptions {
  readonly timers: Timers
  readonly settings: Settings
  /** Where each broker that may register is reached. */
  readonly brokers: ReadonlyMap<number, { readonly host: string; readonly port: number }>
  /** Hears every image once, in order, before the request that made it is answered. */
  publish(image: MetadataImage): void
}

export interface Registration {
  /** `DUPLICATE_BROKER_REGISTRATION` while an earlier life of the broker still has its session. */
  readonly error: KafkaErrorName
  /** -1 with an error. */
  readonly brokerEpoch: number
}

export interface HeartbeatResponse {
  /** `STALE_BROKER_EPOCH` when the broker is not registered with that epoch. */
  readonly error: KafkaErrorName
  /** Whether the image that the broker acts on has its own registration. */
  readonly isCaughtUp: boolean
  readonly isFenced: boolean
}

export interface ProducerIdBlock {
  /** `STALE_BROKER_EPOCH` when the broker is not registered with that epoch; the rest is -1. */
  readonly error: KafkaErrorName
  readonly firstProducerId: number
  readonly count: number
}

/** Kafka's ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE. */
const producerIdBlockSize = 1000

type Reply<Response> = (response: Response) => void

export class Controller {
  private readonly settings: Settings
  private readonly sessions: BrokerSessions
  private state: ControllerState = emptyState

  constructor(private readonly options: ControllerOptions) {
    const { settings } = options
    checkSettings(settings)
    this.settings = settings
    const sessionTimeoutMs = setting(settings, 'broker.session.timeout.ms')
    this.sessions = new BrokerSessions(sessionTimeoutMs)
    this.every(Math.max(1, sessionTimeoutMs / 8), () => this.fenceSilentBrokers())
    this.every(setting(settings, 'unclean.leader.election.interval.ms'), () =>
      this.commit(withLeadersWhereNone(this.state, settings)),
    )
    if (setting(settings, 'auto.leader.rebalance.enable')) {
      this.every(setting(settings, 'leader.imbalance.check.interval.seconds') * 1000, () =>
        this.commit(withPreferredLeaders(this.state, settings)),
      )
    }
  }

  get image(): MetadataImage {
    return this.state
  }

  /** A registered broker is fenced until it has heard of its registration and says so. */
  registerBroker(broker: number): Registration {
    const address = this.options.brokers.get(broker)
    if (address === undefined) throw new Error(`the cluster has no broker ${broker}`)
    const isKnown = this.state.brokers.has(broker)
    if (isKnown && this.sessions.isValid(broker, this.options.timers.now())) {
      return { error: 'DUPLICATE_BROKER_REGISTRATION', brokerEpoch: -1 }
    }
    this.sessions.forget(broker)
    // The epoch is the version of the first image with the registration, as it is an offset there.
    const brokerEpoch = this.state.version + 1
    const registered = withBroker(this.state, {
      id: broker,
      ...address,
      epoch: brokerEpoch,
      fenced: true,
    })
    this.commit(afterUncleanShutdown(registered, this.settings, broker))
    return { error: 'NONE', brokerEpoch }
  }

  /** `caughtUpVersion`: the version of the image that the broker acts on. */
  heartbeat(
    broker: number,
    brokerEpoch: number,
    caughtUpVersion: number,
    reply: Reply<HeartbeatResponse> = () => undefined,
  ): void {
    const registered = this.state.brokers.get(broker)
    if (registered === undefined || registered.epoch !== brokerEpoch) {
      reply({ error: 'STALE_BROKER_EPOCH', isCaughtUp: false, isFenced: true })
      return
    }
    this.sessions.heard(broker, this.options.timers.now())
    const isCaughtUp = caughtUpVersion >= registered.epoch
    if (registered.fenced && isCaughtUp) {
      const unfenced = withBroker(this.state, { ...registered, fenced: false })
      this.commit(withLeadersWhereNone(unfenced, this.settings))
    }
    reply({ error: 'NONE', isCaughtUp, isFenced: !isCaughtUp })
  }

  alterPartition(request: AlterPartitionRequest, reply: Reply<AlterPartitionResponse>): void {
    this.answer(alterPartitions(this.state, this.settings, request), reply)
  }

  createTopics(
    request: RequestOf<typeof createTopics>,
    reply: Reply<ResponseOf<typeof createTopics>>,
  ): void {
    this.answer(makeTopics(this.state, this.settings, request), reply)
  }

  deleteTopics(
    request: RequestOf<typeof deleteTopics>,
    reply: Reply<ResponseOf<typeof deleteTopics>>,
  ): void {
    this.answer(removeTopics(this.state, this.settings, request), reply)
  }

  createPartitions(
    request: RequestOf<typeof createPartitions>,
    reply: Reply<ResponseOf<typeof createPartitions>>,
  ): void {
    this.answer(growTopics(this.state, request), reply)
  }

  alterConfigs(
    request: RequestOf<typeof alterConfigs>,
    reply: Reply<ResponseOf<typeof alterConfigs>>,
  ): void {
    this.answer(changeConfigs(this.state, this.settings, request), reply)
  }

  electLeaders(
    request: RequestOf<typeof electLeaders>,
    reply: Reply<ResponseOf<typeof electLeaders>>,
  ): void {
    this.answer(electPreferredLeaders(this.state, this.settings, request), reply)
  }

  alterPartitionReassignments(
    request: RequestOf<typeof alterPartitionReassignments>,
    reply: Reply<ResponseOf<typeof alterPartitionReassignments>>,
  ): void {
    this.answer(reassignPartitions(this.state, this.settings, request), reply)
  }

  listPartitionReassignments(
    request: RequestOf<typeof listPartitionReassignments>,
    reply: Reply<ResponseOf<typeof listPartitionReassignments>>,
  ): void {
    reply(reassignmentsUnderWay(this.state, request))
  }

  /** A thousand producer ids that no broker had before (Kafka's ProducerIdControlManager). */
  allocateProducerIds(
    { broker, brokerEpoch }: { broker: number; brokerEpoch: number },
    reply: Reply<ProducerIdBlock>,
  ): void {
    if (this.state.brokers.get(broker)?.epoch !== brokerEpoch) {
      reply({ error: 'STALE_BROKER_EPOCH', firstProducerId: -1, count: -1 })
      return
    }
    const firstProducerId = this.state.nextProducerId
    // No broker acts on it, so no image tells of it.
    this.state = { ...this.state, nextProducerId: firstProducerId + producerIdBlockSize }
    reply({ error: 'NONE', firstProducerId, count: producerIdBlockSize })
  }

  private answer<Response>(
    { state, response }: { state: ControllerState; response: Response },
    reply: Reply<Response>,
  ): void {
    this.commit(state)
    reply(response)
  }

  /** The effect of fencing one broker is seen before the next is looked at, as in Kafka. */
  private fenceSilentBrokers(): void {
    for (const id of this.sessions.takeExpired(this.options.timers.now())) {
      const broker = this.state.brokers.get(id)
      if (broker === undefined) throw new Error(`broker ${id} has a session but is not registered`)
      const fenced = withBroker(this.state, { ...broker, fenced: true })
      this.commit(afterFencing(fenced, this.settings, id))
    }
  }

  private commit(state: ControllerState): void {
    if (state === this.state) return
    this.state = { ...state, version: this.state.version + 1 }
    this.options.publish(this.state)
  }

  private every(intervalMs: number, run: () => void): void {
    this.options.timers.after(intervalMs, () => {
      run()
      this.every(intervalMs, run)
    })
  }
}
