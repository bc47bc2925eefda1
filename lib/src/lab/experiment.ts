/**
 * What a notebook hands to `lab.run`: the plan's fields with the apps' code in place, and what an
 * app's body is given.
 */
import type { Kafka } from 'kafkajs'
import type { Fault, Point, Restart, TopicPlan } from '../history/plan'
import type { KafkaJs } from './kafkajs-module'

/** Durable key-value store of an app: it survives a crash and a restart. Values are JSON. */
export interface Store {
  /** The value last set, or undefined. Throws after a crash. */
  get<Value = unknown>(key: string): Value | undefined
  /** Durable when it resolves. A point: `stored(key)`. */
  set(key: string, value: unknown): Promise<void>
}

export interface EffectOptions {
  /**
   * Names the act: the outside world does it once per kind and key, whoever asks, and answers a
   * repeat as if it had done it. A card company's idempotency key, a unique key of a table.
   */
  key?: string
  /**
   * Values for the app's store that become durable together with the effect, or not at all: for a
   * result that is itself a row of the store's database. Not written again when the key is known.
   */
  store?: Record<string, unknown>
}

/** What an app's body is given. */
export interface App {
  /** kafkajs, recorded. Topics, groups and transactional ids are this run's own. */
  kafka: Kafka
  /** The app's own kafkajs module. Tell its errors apart by `name`, not by class. */
  kafkajs: KafkaJs
  /** 1, then one more per restart. */
  attempt: number
  /** What the experiment gave as `params`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  params: any
  store: Store
  /**
   * An act in the outside world, such as charging a card: recorded, never undone by a crash.
   * @param id names what it was done for; the value of the message, where there is one
   */
  effect(kind: string, id: string, options?: EffectOptions): Promise<void>
  /**
   * Resolves when every app without a consumer has ended and this app's groups have handled all
   * that is in their topics. Rejects when kafkajs's consumer has stopped for good.
   */
  caughtUp(): Promise<void>
  /** Aborted when the run is given up. */
  signal: AbortSignal
}

export type AppBody = (app: App) => Promise<void>

export interface AppSettings {
  body: AppBody
  /** Handed to the body; JSON. */
  params?: unknown
  /** kafkajs client settings over those the lab gives, e.g. `{ requestTimeout: 500 }`. */
  client?: Record<string, unknown>
  /** Default: at once. */
  startAt?: Point
  restart?: Restart
  /** The database that its store is in: apps that name the same share it. Default: its own. */
  store?: string
}

export interface Experiment {
  topics: Record<string, TopicPlan>
  apps: Record<string, AppBody | AppSettings>
  /** Values that should arrive, by topic: those never sent count as missing. */
  intended?: Record<string, string[]>
  /** Broker settings by Kafka's names. */
  cluster?: Record<string, string | number | boolean>
  faults?: Fault[]
  /** Default 1. Everything random in kafkajs comes from it. */
  seed?: number
  /** Default 30 000. */
  timeLimitMs?: number
}
