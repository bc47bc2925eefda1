/**
 * Three orders on their way into the topic and from there to their charges. `m` stands for at most
 * once, `l` for at least once, `x` for exactly once: delivery loses order-1 or doubles order-2,
 * processing passes order-3 or charges it twice.
 */
import type { Run } from '../../../lib/src/history/run'
import { HistoryBuilder } from '../history-builder'

type Half = 'm' | 'l' | 'x'

const names = { m: 'at most once', l: 'at least once', x: 'exactly once' } as const

export function halves(delivery: Half, processing: Half): Run {
  const intended = { orders: ['order-1', 'order-2', 'order-3'] }
  const history = new HistoryBuilder({ orders: {} }, { intended })
  const first = delivery === 'm' ? [] : ['order-1']
  const second = delivery === 'l' ? ['order-2', 'order-2'] : ['order-2']
  const delivered = [...first, ...second, 'order-3']
  if (delivery === 'm') history.send(['order-1']).reject()
  for (const value of delivered) history.send([value]).ok()
  history.log(delivered)
  for (const value of delivered) {
    if (value !== 'order-3' || processing !== 'm') history.charge(value)
    if (value === 'order-3' && processing === 'l') history.charge(value)
  }
  return history.committed(delivered.length).build()
}

/** All nine. */
export function crossed(): Record<string, Record<string, Run>> {
  const each = <Value>(value: (half: Half) => Value) =>
    Object.fromEntries((['m', 'l', 'x'] as const).map((half) => [names[half], value(half)]))
  return each((delivery) => each((processing) => halves(delivery, processing)))
}
