/**
 * Every lint rule finds its witness and leaves a clean twin alone. The notebooks here are the
 * smallest that show the difference.
 */
import assert from 'node:assert/strict'
import { lint, rules } from '../../setup/notebooks/lint'
import type { Cell, CellMetadata, Notebook, Output } from '../../setup/notebooks/notebook'

const metadata = {
  kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' },
  language_info: {
    codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
    file_extension: '.ts',
    mimetype: 'text/typescript',
    name: 'typescript',
    version: '3.7.2',
  },
}

interface Extra {
  id?: string
  metadata?: CellMetadata
  outputs?: Output[]
  count?: number
}

let cellsMade = 0
const nextId = (): string => `cell-${(cellsMade += 1)}`

function code(source: string, extra: Extra = {}): Cell {
  const { id = nextId(), metadata: cellMetadata = {}, outputs = [], count = null } = extra
  return { cell_type: 'code', id, metadata: cellMetadata, source, outputs, execution_count: count }
}

const prose = (source: string, id = nextId()): Cell => ({
  ...{ cell_type: 'markdown', id, metadata: {}, source },
})

const notebook = (...cells: Cell[]): Notebook => ({
  ...{ nbformat: 4, nbformat_minor: 5, metadata, cells: [prose('# What is lost?'), ...cells] },
})

const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout'): Output => ({
  ...{ output_type: 'stream', name, text },
})
const bundle = (data: Record<string, unknown>): Output => ({
  ...{ output_type: 'display_data', data, metadata: {} },
})
const lines = (count: number): string => Array(count).fill('void 0').join('\n')
const body = (count: number, parameter: string): string =>
  `async function shop(${parameter}) {\n${lines(count - 2)}\n}`
const words = (count: number): string => Array(count).fill('word').join(' ')
const ran = code('const run = await lab.run(plan)')
const shown = code('show(sequence(run))')
const asserted = code("expectVerdict(run, { delivery: { orders: 'once' } })")
const claimed = code("claim('two copies', copies === 2)")
const predicted = [prose('## An ack is lost'), prose('You will see two copies.')]
const asked = code("const copies = predict('How many?', [1, 2])")
const answered = code('copies.turnedOut(2)')
const inCore = (...cells: Cell[]): Cell[] => [
  prose('## Of the core'),
  ...cells.map((cell) => ({ ...cell, metadata: { tags: ['core'] } })),
]
const frame = [
  prose('| Word | Meaning |\n|---|---|\n| run | one execution |'),
  prose('## Takeaways\n\n- one'),
  prose('## Questions\n\n1. Why?\n\n<details>Because.</details>'),
  prose('Next: [02](02.ipynb)'),
]

/** Per rule: notebooks that have the problem, and twins that have not. */
const cases: Record<string, { bad: Notebook[]; good: Notebook[] }> = {
  'shorthand-of-earlier-name': {
    bad: [notebook(code('const topic = 1'), code('const plan = { topic }'))],
    good: [
      notebook(code('const topic = 1'), code('const plan = { topic: topic }')),
      notebook(code('const topic = 1\nconst plan = { topic }')),
      notebook(code('const topic = 1'), code('const plan = (topic: string) => ({ topic })')),
      notebook(code('const topic = 1'), code('function f() { const topic = 2; return { topic } }')),
    ],
  },
  'called-in-place-await': {
    bad: [notebook(code('await (async () => 1)()'))],
    good: [notebook(code('await named()')), notebook(code('await null\nawait (async () => 1)()'))],
  },
  'for-await-alone': {
    bad: [notebook(code('for await (const one of all) use(one)'))],
    good: [notebook(code('await null\nfor await (const one of all) use(one)'))],
  },
  'let-shared-with-closure': {
    bad: [
      notebook(code('let seen = 0\nconst more = () => seen'), code('seen = 5')),
      notebook(code('let seen = 0\nconst more = () => { seen += 1 }'), code('console.log(seen)')),
    ],
    good: [
      notebook(
        code('const state = { seen: 0 }\nconst more = () => { state.seen += 1 }'),
        code('console.log(state.seen)'),
      ),
      notebook(code('let seen = 0\nconst more = () => seen'), code('console.log(more())')),
      notebook(code('let seen = 0\nseen += 1'), code('seen += 1')),
    ],
  },
  'unawaited-last-expression': {
    bad: [
      notebook(code('lab.run(plan)')),
      notebook(code('async function later() {}'), code('later()')),
      notebook(code('Promise.all(all)')),
      notebook(code('send().then(show)')),
    ],
    good: [
      notebook(code('await lab.run(plan)')),
      notebook(code('const run = lab.run(plan)')),
      notebook(code('function now() {}'), code('now()')),
    ],
  },
  'forbidden-names': {
    bad: [
      'process.exit(1)',
      'import.meta.url',
      '__dirname',
      'export const a = 1',
      'export { a }',
    ].map((source) => notebook(code(source))),
    good: [notebook(code("process.once('exit', done)"), code("const text = '__dirname'"))],
  },
  'throw-on-purpose': {
    bad: [notebook(code("throw new Error('no')")), notebook(code('if (a) throw b'))],
    good: [
      notebook(code('function fails() { throw a }')),
      notebook(code('try { throw a } catch (error) { show(error) }')),
    ],
  },
  'prints-stack': {
    bad: [notebook(code('console.log(error.stack)'))],
    good: [notebook(code('console.log(error.message)'))],
  },
  'writes-stderr': {
    bad: [notebook(code('console.error(1)')), notebook(code('console.warn(1)'))],
    good: [notebook(code('console.log(1)'))],
  },
  'endless-loop': {
    bad: [notebook(code('while (true) poll()')), notebook(code('for (;;) poll()'))],
    good: [notebook(code('while (more) poll()'), code('for (let i = 0; i < 9; i++) p()'))],
  },
  'import-with-declarations': {
    bad: [notebook(code("import { openLab } from 'kafka-lab'\nconst lab = await openLab()"))],
    good: [notebook(code("import { openLab } from 'kafka-lab'"), code('await openLab()'))],
  },
  'later-library': {
    bad: [notebook(code('list.toSorted()')), notebook(code('Object.groupBy(list, key)'))],
    good: [notebook(code('[...list].sort()'))],
  },
  'notebook-metadata': {
    bad: [
      { ...notebook(), nbformat_minor: 4 },
      { ...notebook(), metadata: { kernelspec: metadata.kernelspec } },
      { ...notebook(), metadata: { ...metadata, author: 'ann' } },
    ],
    good: [notebook()],
  },
  'cell-ids': {
    bad: ['3f2a9c01', 'Not-Kebab', 'two words', `a${'-a'.repeat(40)}`]
      .map((id) => notebook(code('', { id })))
      .concat(notebook(code('', { id: 'same' }), code('', { id: 'same' }))),
    good: [notebook(code('', { id: 'lose-the-ack' }), code('', { id: 'show-2' }))],
  },
  'cell-tags': {
    bad: [notebook(code('', { metadata: { tags: ['excercise'] } }))],
    good: [notebook(code('', { metadata: { tags: ['exercise', 'core'] } }))],
  },
  'cell-metadata': {
    bad: [
      notebook(code('', { metadata: { execution: {} } })),
      notebook(code('', { metadata: { jupyter: { outputs_hidden: true } } })),
    ],
    good: [notebook(code('', { metadata: { jupyter: { source_hidden: true }, tags: [] } }))],
  },
  'renderer-images': {
    bad: [notebook(code('', { outputs: [bundle({ 'image/png': 'AA==' })] }))],
    good: [notebook(code('', { outputs: [bundle({ 'image/svg+xml': '<svg/>' })] }))],
  },
  'output-errors': {
    bad: [
      notebook(code('', { outputs: [stream('oh', 'stderr')] })),
      notebook(
        code('', {
          outputs: [{ output_type: 'error', ename: 'E', evalue: '', traceback: [] }],
        }),
      ),
    ],
    good: [notebook(code('', { outputs: [stream('fine')] }))],
  },
  'machine-paths': {
    bad: [
      notebook(code('', { outputs: [stream('read /home/ann/lab')] })),
      notebook(code('', { outputs: [bundle({ 'text/plain': ['at /Users/ann'] })] })),
    ],
    good: [notebook(code('', { outputs: [stream('read notebooks/00.ipynb, ann/home')] }))],
  },
  'execution-order': {
    bad: [
      notebook(code('1', { count: 2 }), code('2', { count: 1 })),
      notebook(code('1', { count: 1 }), code('2')),
    ],
    good: [
      notebook(code('1'), code('2')),
      notebook(code('1', { count: 1 }), code('2', { count: 2 })),
    ],
  },
  'opens-with-question': {
    bad: [
      { ...notebook(), cells: [] },
      { ...notebook(), cells: [prose('# At most once')] },
      { ...notebook(), cells: [code('1')] },
    ],
    good: [notebook()],
  },
  'notebook-size': {
    bad: [notebook(...Array.from({ length: 60 }, () => code('')))],
    good: [notebook(...Array.from({ length: 59 }, () => code('')))],
  },
  'code-cell-size': {
    bad: [notebook(code(lines(13))), notebook(code(body(26, '{ kafka }: App')))],
    good: [notebook(code(lines(12))), notebook(code(body(25, '{ kafka }: App')))],
  },
  'function-size': {
    bad: [notebook(code(body(9, ''))), notebook(code(body(9, 'app: Other')))],
    good: [notebook(code(body(8, ''))), notebook(code(body(25, 'app: App')))],
  },
  'prose-size': {
    bad: [notebook(prose(words(121)))],
    good: [
      notebook(prose(words(120))),
      notebook(prose(`${words(100)} <details>${words(50)}</details>`)),
    ],
  },
  'run-is-asserted': {
    bad: [notebook(ran, shown), notebook(ran, prose('## Next'), asserted)],
    good: [
      notebook(ran, shown, asserted),
      notebook(ran, shown, claimed),
      notebook(code('console.log(1)')),
    ],
  },
  'run-is-shown': {
    bad: [notebook(ran, asserted), notebook(ran, asserted, prose('## Next'), shown)],
    good: [notebook(ran, shown, asserted)],
  },
  'run-is-predicted': {
    bad: [notebook(prose('## An ack is lost'), ran)],
    good: [notebook(...predicted, ran)],
  },
  'core-asks-first': {
    bad: [notebook(...inCore(ran, shown)), notebook(...inCore(ran, asked, answered))],
    good: [
      notebook(...inCore(asked, ran, shown, answered)),
      notebook(ran, shown),
      notebook(...inCore(shown)),
    ],
  },
  'says-what-it-is-about': {
    bad: [notebook(prose('## An ack is lost'), ran)],
    good: [notebook(prose('## An ack is lost\n\nAbout: kafkajs 2.2.4.'), ran)],
  },
  'opens-and-closes': {
    bad: [notebook(ran), notebook(ran, ...frame.slice(1)), notebook(ran, ...frame.slice(0, -1))],
    good: [notebook(ran, ...frame), notebook(shown)],
  },
  'compares-with-kafka': {
    bad: [notebook(ran, shown)],
    good: [notebook(ran, code('show(compare(run))')), notebook(shown)],
  },
  'links-exist': {
    bad: [notebook(prose('[next](09-nowhere.ipynb)'))],
    good: [notebook(prose('[next](./01-next.ipynb#top) [out](https://example.org/x.ipynb)'))],
  },
}

describe('The notebook linter', () => {
  const found = (one: Notebook, rule: string) =>
    lint(one, { siblings: ['01-next.ipynb'] }).filter((problem) => problem.rule === rule)

  it('has a witness and a clean twin for each rule', () => {
    assert.deepEqual(rules.map((rule) => rule.name).sort(), Object.keys(cases).sort())
  })

  for (const [rule, { bad, good }] of Object.entries(cases)) {
    it(`${rule} finds its witnesses and no clean twin`, () => {
      for (const one of bad) assert.notDeepEqual(found(one, rule), [], JSON.stringify(one.cells))
      for (const one of good) assert.deepEqual(found(one, rule), [], JSON.stringify(one.cells))
    })
  }
})
