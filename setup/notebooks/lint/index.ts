/**
 * The notebook linter: every rule, and the function that applies them to one notebook. Rules are
 * pure; what only shows when cells run is the runner's business.
 */
import type { Notebook } from '../notebook'
import * as beats from './beat-rules'
import * as kernel from './kernel-rules'
import * as metadata from './metadata-rules'
import type { Context, Problem, Rule } from './rule'
import * as style from './style-rules'

/** All rules, by the four files that hold them. */
export const rules: Rule[] = [kernel, metadata, style, beats].flatMap((file) =>
  Object.values(file).filter(isRule),
)

function isRule(value: unknown): value is Rule {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && 'find' in value
}

/** The problems of a notebook, in the order of the rules. */
export function lint(notebook: Notebook, context: Context): Problem[] {
  return rules.flatMap((rule) =>
    rule.find(notebook, context).map((problem) => ({ rule: rule.name, ...problem })),
  )
}

/** A problem on one line, for people. */
export function problemText(file: string, { rule, cell, message }: Problem): string {
  return `${file}${cell === null ? '' : `, cell "${cell}"`}: ${message} (${rule})`
}
