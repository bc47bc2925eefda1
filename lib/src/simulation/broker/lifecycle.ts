/**
 * A broker's life with the controller: it registers, says by heartbeats that it is alive and how
 * much of the metadata it acts on, and is unfenced once it has caught up
 * (`BrokerLifecycleManager`). Clients are served from the first image on that has its registration.
 */
import type { HeartbeatResponse, Registration } from '../controller/controller'
import type { MetadataImage } from '../metadata-image'
import { setting } from '../settings'
import type { BrokerContext } from './broker-context'

const firstRetryMs = 100

export class Lifecycle {
  state: 'starting' | 'serving' = 'starting'
  private brokerEpoch = -1
  /** The newest image heard of, whether it is acted on or not. */
  private image: MetadataImage | undefined

  constructor(
    private readonly context: BrokerContext,
    private readonly apply: (image: MetadataImage, brokerEpoch: number) => void,
  ) {}

  register(retryMs = firstRetryMs): void {
    const { id, timers, settings } = this.context
    this.context.askController<Registration>({
      serve: (controller, answer) => answer(controller.registerBroker(id)),
      answered: ({ error, brokerEpoch }) => {
        if (error === 'NONE') {
          this.registered(brokerEpoch)
        } else {
          const longest = setting(settings, 'broker.session.timeout.ms')
          timers.after(retryMs, () => this.register(Math.min(2 * retryMs, longest)))
        }
      },
    })
  }

  /** @param image already known, when the cluster is made with everything in place */
  registered(brokerEpoch: number, image?: MetadataImage): void {
    this.brokerEpoch = brokerEpoch
    if (image !== undefined) this.image = image
    this.actOnImage()
  }

  published(image: MetadataImage): void {
    this.image = image
    this.actOnImage()
  }

  /** An image from before the registration would let an earlier life go on. */
  private actOnImage(): void {
    const { image, brokerEpoch } = this
    if (image?.brokers.get(this.context.id)?.epoch !== brokerEpoch) return
    this.apply(image, brokerEpoch)
    if (this.state === 'serving') return
    this.state = 'serving'
    this.heartbeat()
  }

  private heartbeat(): void {
    const { id, settings, timers } = this.context
    const version = this.image?.version ?? 0
    this.context.askController<HeartbeatResponse>({
      serve: (controller, answer) => {
        controller.heartbeat(id, this.brokerEpoch, version, answer)
      },
      answered: () => {
        const intervalMs = setting(settings, 'broker.heartbeat.interval.ms')
        timers.after(intervalMs, () => this.heartbeat())
      },
    })
  }
}
