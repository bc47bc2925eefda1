/** Comparison of findings: measured times may differ, what a notebook claims may not. */
import assert from 'node:assert/strict'
import { differences, differenceText, masked } from '../../setup/notebooks/findings'
import type { Notebook, Output } from '../../setup/notebooks/notebook'

const notebook = (outputs: Output[], tags: string[] = []): Notebook => ({
  ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
  cells: [
    {
      ...{ cell_type: 'code', id: 'the-cell', metadata: { tags }, source: '1' },
      ...{ outputs, execution_count: 1 },
    },
  ],
})
const printed = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text })
const bundle = (data: Record<string, unknown>): Output => ({
  ...{ output_type: 'display_data', data, metadata: {} },
})

describe('The findings of a notebook', () => {
  it('hold whatever time something took, and wherever a broker listened', () => {
    assert.equal(masked('acked in 12.5 ms, 3 s later'), 'acked in <time>, <time> later')
    assert.equal(masked('broker 127.0.0.1:40123'), 'broker 127.0.0.1:<port>')
    assert.equal(masked('at 2024-01-02T03:04:05.678Z'), 'at <time stamp>')
    assert.equal(masked('embedded, now  order-1'), masked('Kafka 4.4.0, now order-1'))
    assert.equal(masked('order-1   4 ms   once'), masked('order-1 1234 ms once'))
  })

  it('keep counts, offsets and names', () => {
    const text = 'order-3 at offsets 2 and 5: 3 messages, 2 sent'
    assert.equal(masked(text), text)
  })

  it('do not look at a chart but at its sentence', () => {
    const chart = (spec: object, text: string) =>
      notebook([bundle({ 'application/vnd.vegalite.v5+json': spec, 'text/plain': text })])
    assert.deepEqual(differences(chart({ width: 1 }, 'lost'), chart({ width: 2 }, 'lost')), [])
    assert.equal(differences(chart({}, 'lost'), chart({}, 'once')).length, 1)
  })

  it('miss a chart that is gone', () => {
    const before = notebook([bundle({ 'image/svg+xml': '<svg/>', 'text/plain': 'lost' })])
    assert.equal(differences(before, notebook([bundle({ 'text/plain': 'lost' })])).length, 1)
  })

  it('of a cell tagged `varies` are its outputs’ types', () => {
    const tagged = (text: string) => notebook([printed(text)], ['varies'])
    assert.deepEqual(differences(tagged('37 lost'), tagged('41 lost')), [])
    assert.equal(differences(tagged('37 lost'), notebook([])).length, 1)
  })

  it('are printed as lines that went, came and stayed', () => {
    const [found] = differences(notebook([printed('a\nb\nc')]), notebook([printed('a\nd\nc\ne')]))
    assert.ok(found)
    const text = ['cell "the-cell":', '  [stdout]', '  a', '- b', '+ d', '  c', '+ e'].join('\n')
    assert.equal(differenceText(found), text)
  })
})
