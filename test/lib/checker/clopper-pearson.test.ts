import assert from 'node:assert/strict'
import { clopperPearson } from '../../../lib/src/checker'

const rounded = (count: number, of: number) => {
  const { low, high } = clopperPearson(count, of)
  return [low.toFixed(4), high.toFixed(4)]
}

describe("Clopper and Pearson's interval", () => {
  // Where nothing or everything was seen it has a closed form.
  it('is 1 − 0.025^(1/n) wide for none of n, and mirrored for all', () => {
    for (const of of [1, 8, 83, 2000]) {
      const bound = 1 - 0.025 ** (1 / of)
      assert.ok(Math.abs(clopperPearson(0, of).high - bound) < 1e-9)
      assert.ok(Math.abs(clopperPearson(of, of).low - (1 - bound)) < 1e-9)
      assert.deepEqual([clopperPearson(0, of).low, clopperPearson(of, of).high], [0, 1])
    }
  })

  it('has the values of the published tables', () => {
    assert.deepEqual(rounded(2, 8), ['0.0319', '0.6509'])
    assert.deepEqual(rounded(5, 10), ['0.1871', '0.8129'])
    assert.deepEqual(rounded(3, 20), ['0.0321', '0.3789'])
  })

  it('lies within 0 and 1 and around the share, also for thousands', () => {
    const { low, high } = clopperPearson(700, 5000)
    assert.ok(low < 0.14 && 0.14 < high && high - low < 0.02)
  })

  it('refuses what is no share', () => {
    assert.throws(() => clopperPearson(3, 2), RangeError)
    assert.throws(() => clopperPearson(0, 0), RangeError)
  })
})
