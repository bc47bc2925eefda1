/**
 * What an exercise is. A grader never looks at the reader's code: it runs it under another number
 * of messages, other values and a fault the reader has not seen, and judges the record alone. It
 * names one witness and does not give the answer away.
 */
import type { Run } from '../../history/run'
import type { Lab } from '../../lab'

export interface Exercise<Answer> {
  /** `04-one-copy`: the notebook's number and a word. */
  name: string
  /** In steps: each says a little more. */
  hints: readonly string[]
  /** @returns what is wrong, with a witness; undefined when the answer holds */
  grade(answer: Answer, lab: Lab): Promise<string | undefined>
}

/** What a witness adds when the reader's code ended with an error: `; your code ended with …` */
export function endOf(run: Run, app: string): string {
  const ended = run.apps[app]?.ended
  return typeof ended === 'object' ? `; your code ended with ${ended.name}: ${ended.message}` : ''
}

/** `values('order', 3, 'k')` is order-k1, order-k2, order-k3: values no reader can foresee. */
export function values(kind: string, count: number, mark: string): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${mark}${index + 1}`)
}
