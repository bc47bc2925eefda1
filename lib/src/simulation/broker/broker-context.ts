/** What a broker's process finds around it: its machine, the other nodes, settings and chance. */
import type { Controller } from '../controller/controller'
import type { Settings } from '../settings'
import type { Timers } from '../timers'
import type { Broker } from './broker'
import type { Disk } from './disk'

/** A question to another node: `serve` runs there, the rest here. */
export interface Question<Node, Answer> {
  serve: (node: Node, answer: (value: Answer) => void) => void
  answered: (value: Answer) => void
}

export interface BrokerContext {
  readonly id: number
  readonly timers: Timers
  /** What `Timers.now()` counts from, in milliseconds since 1970: records' timestamps do. */
  readonly startedAtMs: number
  readonly settings: Settings
  readonly random: () => number
  readonly disk: Disk
  /** `failed`: that broker is dead, or died before it answered; it may have heard the question. */
  askBroker<Answer>(id: number, question: Question<Broker, Answer> & { failed: () => void }): void
  askController<Answer>(question: Question<Controller, Answer>): void
}
