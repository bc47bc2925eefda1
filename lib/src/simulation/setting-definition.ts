/**
 * What one setting may be: Kafka's type, default and bounds (`ConfigDef` of Kafka). Values come
 * from notebooks as numbers, booleans or texts and from clients as texts; both are read by the same
 * rules, so that a value is refused where a broker or controller refuses it. Two of Kafka's own
 * checks are left out: gzip's level 0 and the form of throttled replicas.
 */

export type SettingValue = string | number | boolean

/** Kafka's `ConfigDef.Type`, as far as the simulation has settings of it. */
export type SettingType = 'BOOLEAN' | 'DOUBLE' | 'INT' | 'LIST' | 'LONG' | 'SHORT' | 'STRING'

/** `Value` is what reading gives; null where Kafka has no default. */
export interface SettingDefinition<Value extends SettingValue | null = SettingValue | null> {
  readonly type: SettingType
  readonly defaultValue: Value
  /** Inclusive bounds of a number. */
  readonly least: number
  readonly most: number
  /** The only texts allowed, for a STRING or each member of a LIST. */
  readonly oneOf: readonly string[] | undefined
}

/** Java's Long.MAX_VALUE, which a double only holds rounded; it is written in full again. */
export const longMax = 2 ** 63
const intMax = 2 ** 31 - 1

function number<Value extends number | null>(
  type: SettingType,
  defaultValue: Value,
  least: number,
  most: number,
): SettingDefinition<Value> {
  return { type, defaultValue, least, most, oneOf: undefined }
}

export function int(defaultValue: number, least = -intMax - 1, most = intMax) {
  return number('INT', defaultValue, least, most)
}

export function short(defaultValue: number, least = -32_768) {
  return number('SHORT', defaultValue, least, 32_767)
}

export function long(defaultValue: number, least = -longMax) {
  return number('LONG', defaultValue, least, longMax)
}

/** A LONG or INT without a default: another setting speaks when it is not set. */
export function unsetNumber(type: 'INT' | 'LONG', least: number) {
  const most = type === 'INT' ? intMax : longMax
  return number<number | null>(type, null, least, most)
}

export function double(defaultValue: number, least: number, most: number) {
  return number('DOUBLE', defaultValue, least, most)
}

export function boolean(defaultValue: boolean): SettingDefinition<boolean> {
  return { type: 'BOOLEAN', defaultValue, least: 0, most: 0, oneOf: undefined }
}

export function text(defaultValue: string, oneOf?: readonly string[]): SettingDefinition<string> {
  return { type: 'STRING', defaultValue, least: 0, most: 0, oneOf }
}

/** Members joined by commas, as in Kafka's own texts. */
export function list(defaultValue: string, oneOf?: readonly string[]): SettingDefinition<string> {
  return { type: 'LIST', defaultValue, least: 0, most: 0, oneOf }
}

const whole = /^[+-]?\d+$/
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** The value, or why it is none: a clause that follows the setting's name and value. */
export function readSetting(
  definition: SettingDefinition,
  raw: SettingValue,
): { value: SettingValue } | { problem: string } {
  const { type, least, most, oneOf } = definition
  const written = typeof raw === 'string' ? raw.trim() : String(raw)
  if (type === 'BOOLEAN') {
    const word = written.toLowerCase()
    if (word !== 'true' && word !== 'false') return { problem: 'must be true or false' }
    return { value: word === 'true' }
  }
  if (type === 'STRING' || type === 'LIST') {
    const members = type === 'LIST' ? written.split(',').map((member) => member.trim()) : [written]
    const given = type === 'LIST' && written === '' ? [] : members
    if (oneOf !== undefined && !given.every((member) => oneOf.includes(member))) {
      return { problem: `must be ${type === 'LIST' ? 'made of' : 'one of'} ${oneOf.join(', ')}` }
    }
    return { value: given.join(',') }
  }
  const value = typeof raw === 'number' ? raw : Number(written)
  const pattern = type === 'DOUBLE' ? decimal : whole
  const isNumber = typeof raw === 'number' ? type === 'DOUBLE' || Number.isInteger(raw) : true
  if (!isNumber || (typeof raw !== 'number' && !pattern.test(written)) || Number.isNaN(value)) {
    return { problem: `must be a number of Kafka's type ${type}` }
  }
  if (value < least || value > most) {
    return { problem: `must be between ${settingText(least)} and ${settingText(most)}` }
  }
  return { value }
}

/** As Kafka writes it in answers, e.g. 9223372036854775807 for Java's largest long. */
export function settingText(value: SettingValue): string {
  if (value === longMax) return '9223372036854775807'
  if (value === -longMax) return '-9223372036854775808'
  return String(value)
}
