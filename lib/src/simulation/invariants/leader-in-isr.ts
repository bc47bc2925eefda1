/** Leader in ISR: a partition's leader is one of its in-sync replicas (kip-966 specification). */
import type { PartitionImage } from '../metadata-image'

export function leaderInIsr({ leader, isr }: PartitionImage): string | undefined {
  return leader === -1 || isr.includes(leader) ? undefined : `leader ${leader}, ISR [${isr}]`
}
