/**
 * Words and numbers as the charts write them. Nothing here asks the machine's locale or time zone,
 * so a chart is the same everywhere. Without a canvas nobody can measure text in Node: widths are
 * estimated from the average width of a sans-serif letter, generously.
 */

/** Width in pixels of `text` at `fontSize` pixels, estimated; capitals are wider than the rest. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0
  for (const character of text) {
    if (/[A-Z@%…—→✕]/.test(character)) units += 0.7
    else if (/[ .,:;'|ilj()]/.test(character)) units += 0.3
    else if (character.charCodeAt(0) > 0x2e80) units += 1
    else units += 0.54
  }
  return Math.ceil(units * fontSize)
}

/** `text` on one line and cut to fit into `width` pixels, with `…` in place of what is cut. */
export function shorten(text: string, width: number, fontSize: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (textWidth(line, fontSize) <= width) return line
  const characters = [...line]
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize) > width) {
    characters.pop()
  }
  return `${characters.join('').trimEnd()}…`
}

/** `1`, `12,345`: digits in groups of three. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 message`, `2 messages` */
export function plural(value: number, singular: string, several = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : several}`
}

/** A time without its unit: whole milliseconds, or one or two decimals when it is small. */
export function milliseconds(value: number): string {
  const decimals = value >= 10 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 2
  const [whole, fraction] = value.toFixed(decimals).split('.')
  return fraction === undefined ? count(Number(whole)) : `${whole}.${fraction}`
}

/** `a`, `a and b`, `a, b and 7 more`: at most `limit` items by name. */
export function list(items: readonly string[], limit = 3): string {
  if (items.length > limit) {
    return `${items.slice(0, limit - 1).join(', ')} and ${count(items.length - limit + 1)} more`
  }
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`
}

/** A record's value as text; Kafka's null is a tombstone. */
export function valueText(value: string | null): string {
  return value === null ? '(null)' : value === '' ? '(empty)' : value
}
