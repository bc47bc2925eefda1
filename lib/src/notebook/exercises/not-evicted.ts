/**
 * Notebook 08: a handler that takes longer than the session and is not thrown out of its group. The
 * answer is the app's body; an order takes `params.steps` steps of 500 ms. A second instance joins
 * while the first works, and in another run takes over after its death: whoever only lengthens the
 * session keeps the successor waiting.
 */
import { crash, effect, on } from '../../faults'
import type { AppBody } from '../../lab'
import { chargedTwice, charging, chargingPair, firstChargeMs, uncharged } from './charging'
import { endOf, values } from './exercise'
import type { Exercise } from './exercise'

/** From the death of the first instance to the first charge of its successor, at the most. */
const patienceMs = 5000

export const notEvicted: Exercise<AppBody> = {
  name: '08-not-evicted',
  hints: [
    'Who tells the coordinator that your consumer is alive while the handler works?',
    'eachMessage is given a function for that: eachMessage({ message, heartbeat }).',
    'Call heartbeat() in every step, and let its rejection end the handler.',
  ],
  async grade(body, lab) {
    return (await alone()) ?? (await joined()) ?? (await succeeded())

    async function alone() {
      const orders = values('order', 3, 'a')
      const run = await lab.run(charging({ body, orders, params: { steps: 3 } }))
      const lost = uncharged(run, orders)
      return lost && `alone and unharmed, ${lost} was never charged${endOf(run, 'billing')}`
    }

    async function joined() {
      const orders = values('order', 4, 'b')
      const joinsAt = effect('charge', { id: 'order-b1', nth: 1 })
      const run = await lab.run(chargingPair({ body, orders, params: { steps: 12 }, joinsAt }))
      const lost = uncharged(run, orders)
      const when = 'with a second instance that joins during 6 s of work'
      if (lost !== undefined) return `${when}, ${lost} was never charged${endOf(run, 'billing-1')}`
      const twice = chargedTwice(run, orders)
      return twice && `${when}, ${twice} was charged by both`
    }

    async function succeeded() {
      const orders = values('order', 4, 'c')
      const joinsAt = effect('charge', { id: 'order-c2', nth: 1 })
      const run = await lab.run(
        chargingPair({
          ...{ body, orders, params: { steps: 1 }, joinsAt },
          faults: [on(joinsAt, crash('billing-1'))],
        }),
      )
      const when = 'when the first instance dies'
      const lost = uncharged(run, orders)
      if (lost !== undefined) return `${when}, ${lost} was never charged${endOf(run, 'billing-2')}`
      const tookMs = firstChargeMs(run) ?? Infinity
      if (tookMs <= patienceMs) return undefined
      return `${when} at order-c2, its successor charges nothing for ${Math.round(tookMs)} ms`
    }
  },
}
