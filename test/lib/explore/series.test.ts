import assert from 'node:assert/strict'
import { inSeries, orNoVerdict } from '../../../lib/src/explore/series'
import { RunError, TimeLimitError } from '../../../lib/src/lab/errors'
import { silent } from './apps'

const items = [1, 2, 3, 4]

describe('a series of runs', () => {
  it('works one after the other and shows how far it is, and then nothing', async () => {
    const steps: string[] = []
    let working = 0
    const progress = { step: (text: string) => void steps.push(text), done: () => steps.push('') }
    const twice = async (item: number) => {
      assert.equal(++working, 1)
      await new Promise((resolve) => setImmediate(resolve))
      working--
      return item * 2
    }
    assert.deepEqual(await inSeries('runs', items, twice, { progress }), [2, 4, 6, 8])
    assert.equal(steps[1], '█████░░░░░░░░░░░░░░░ 1 of 4 runs')
    assert.equal(steps.at(-1), '')
  })

  it('shows a bar only when it has grown', async () => {
    const steps: string[] = []
    const progress = { step: (text: string) => void steps.push(text), done: () => undefined }
    const many = Array.from({ length: 200 }, (_, i) => i)
    await inSeries('runs', many, async () => undefined, { progress })
    assert.equal(steps.length, 20)
  })

  it('begins no run after the signal, and waits for the one under way', async () => {
    const stop = new AbortController()
    const done: number[] = []
    const work = async (item: number) => {
      if (item === 2) stop.abort()
      await new Promise((resolve) => setImmediate(resolve))
      done.push(item)
    }
    await assert.rejects(inSeries('runs', items, work, { signal: stop.signal, progress: silent }), {
      name: 'RunError',
      message: 'runs: interrupted when 2 of 4 runs had begun',
    })
    assert.deepEqual(done, [1, 2])
  })

  // What ended the last run early may have been the interrupt: its result is not to be trusted.
  it('gives no results when it was interrupted in its last run', async () => {
    const stop = new AbortController()
    const work = async (item: number) => void (item === 4 && stop.abort())
    await assert.rejects(inSeries('runs', items, work, { signal: stop.signal, progress: silent }), {
      message: 'runs: interrupted when 4 of 4 runs had begun',
    })
  })

  // A notebook's kernel listens to SIGINT; without another listener the process ends, as it should.
  it('ends at SIGINT where a kernel listens, and listens no longer', async () => {
    const kernel = () => undefined
    process.on('SIGINT', kernel)
    try {
      const begun: number[] = []
      const work = async (item: number) => {
        begun.push(item)
        process.emit('SIGINT')
        throw new RunError('the run was interrupted')
      }
      await assert.rejects(inSeries('runs', items, work, { progress: silent }), {
        message: 'runs: interrupted when 1 of 4 runs had begun',
      })
      assert.deepEqual(begun, [1])
      assert.deepEqual(process.listeners('SIGINT'), [kernel])
    } finally {
      process.removeListener('SIGINT', kernel)
    }
  })

  it('takes no error for "no verdict" but those of a run', async () => {
    const limit = new TimeLimitError('too long')
    assert.deepEqual(await orNoVerdict(Promise.reject(limit)), {
      error: 'TimeLimitError: too long',
    })
    await assert.rejects(orNoVerdict(Promise.reject(new Error('an invariant broke'))), /invariant/)
  })
})
