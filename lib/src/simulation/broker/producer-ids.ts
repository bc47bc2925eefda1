/**
 * Producer ids for whoever asks this broker, from blocks that the controller gives it; the next
 * block is asked for when nine tenths of one are gone (`RPCProducerIdManager`).
 */
import type { ProducerIdBlock } from '../controller/controller'
import type { BrokerContext } from './broker-context'

const prefetchThreshold = 0.9

export class ProducerIds {
  private blocks: { next: number; end: number; count: number }[] = []
  private state: 'idle' | 'asking' = 'idle'

  constructor(
    private readonly context: BrokerContext,
    private readonly brokerEpoch: () => number,
  ) {}

  add({ firstProducerId: next, count }: ProducerIdBlock): void {
    this.blocks.push({ next, end: next + count, count })
  }

  /** Undefined: none is left until the controller has answered. */
  next(): number | undefined {
    const [block] = this.blocks
    if (block === undefined) {
      this.ask()
      return undefined
    }
    const id = block.next
    block.next += 1
    if (block.next === block.end) this.blocks.shift()
    const used = block.count - (block.end - block.next)
    if (this.blocks.length <= 1 && used >= prefetchThreshold * block.count) this.ask()
    return id
  }

  private ask(): void {
    if (this.state === 'asking' || this.blocks.length > 1) return
    this.state = 'asking'
    const sender = { broker: this.context.id, brokerEpoch: this.brokerEpoch() }
    this.context.askController<ProducerIdBlock>({
      serve: (controller, answer) => controller.allocateProducerIds(sender, answer),
      answered: (block) => {
        this.state = 'idle'
        if (block.error === 'NONE') this.add(block)
      },
    })
  }
}
