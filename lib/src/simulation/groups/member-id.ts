/**
 * Member ids as Kafka makes them: the client's id, a hyphen and a random UUID (version 4). The
 * randomness comes from the simulation's seed.
 */

export function newMemberId(clientId: string | null, random: () => number): string {
  return `${clientId}-${uuid(random)}`
}

function uuid(random: () => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('')
  const variant = (8 + Math.floor(random() * 4)).toString(16)
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`
}
