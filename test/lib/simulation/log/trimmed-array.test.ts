import assert from 'node:assert/strict'
import { TrimmedArray } from '../../../../lib/src/simulation/log/trimmed-array'

describe('a trimmed array', () => {
  it('is a plain array after any pushes and trims', () => {
    const trimmed = new TrimmedArray<number>()
    let model: number[] = []
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48271) % 0x7fff_ffff
      return seed % below
    }
    for (let step = 0; step < 5000; step++) {
      const action = random(10)
      if (action < 8) {
        trimmed.push(step)
        model.push(step)
      } else if (action === 8) {
        const count = random(12)
        trimmed.dropFirst(count)
        model = model.slice(count)
      } else {
        const count = Math.max(model.length - random(4), 0)
        trimmed.keepFirst(count)
        model = model.slice(0, count)
      }
      const middle = random(model.length + 2)
      const wanted = model[middle] ?? step + 1
      assert.equal(trimmed.length, model.length)
      assert.equal(trimmed.first, model[0])
      assert.equal(trimmed.last, model.at(-1))
      assert.equal(trimmed.at(middle), model[middle])
      assert.equal(
        trimmed.search((item) => item >= wanted),
        model.filter((item) => item < wanted).length,
      )
    }
    assert.ok(model.length > 100)
  })

  it('searches a million items with twenty looks', () => {
    const trimmed = new TrimmedArray<number>()
    for (let item = 0; item < 1_000_000; item++) trimmed.push(item)
    trimmed.dropFirst(1)
    let looks = 0
    const index = trimmed.search((item) => {
      looks++
      return item >= 777_777
    })
    assert.equal(index, 777_776)
    assert.ok(looks <= 20, `${looks} looks`)
  })
})
