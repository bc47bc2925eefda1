/** Plays a player without a screen: vega itself says what it would show at a step. */
import * as vega from 'vega'
import type { VegaChart } from '../../../lib/src/charts'

interface Shown {
  /** Texts of the sequence picture that are uncovered. */
  sequence: string[]
  /** Texts of states, logs, marks and committed offsets. */
  below: string[]
  /** What happens, in words. */
  caption: string[]
}

/** What is shown at each of the steps asked for; `'last'` is the last. */
export async function played(chart: VegaChart, steps: (number | 'last')[]): Promise<Shown[]> {
  const view = new vega.View(vega.parse(structuredClone(chart.spec) as vega.Spec), {
    renderer: 'none',
  })
  try {
    await view.runAsync()
    const found: Shown[] = []
    for (const step of steps) {
      view.signal('step', step === 'last' ? Infinity : step)
      await view.runAsync()
      const texts = (name: string): string[] => {
        const there = chart.spec.data as { name: string }[]
        if (!there.some((each) => each.name === name)) return []
        return view.data(name).map(({ text }) => String(text))
      }
      const [title, ...caption] = texts('captionTexts')
      if (title === undefined) throw new Error(`step ${step} has no title`)
      found.push({ sequence: texts('sequenceTexts'), below: texts('belowTexts'), caption })
    }
    return found
  } finally {
    view.finalize()
  }
}

/** The number of the step whose words end like this. */
export function stepWith(chart: VegaChart, words: string): number {
  const data = chart.spec.data as { name: string; values: { text: string; from: number }[] }[]
  const captions = data.find(({ name }) => name === 'captionTexts')?.values ?? []
  const found = captions.find(({ text }) => text.endsWith(words))
  if (found !== undefined) return found.from
  throw new Error(`no step '${words}' among: ${captions.map(({ text }) => text).join(' | ')}`)
}
