/** What the leader makes of the controller's answers about its ISR (`Partition.scala`, KIP-497). */
import assert from 'node:assert/strict'
import { IsrState } from '../../../../lib/src/simulation/broker/isr-state'

const image = {
  replicas: [1, 2, 3],
  isr: [1, 2],
  elr: [],
  leader: 1,
  leaderEpoch: 4,
  partitionEpoch: 7,
}

describe('The ISR at the leader', () => {
  it('counts a replica that is being added as in sync, for the high watermark', () => {
    const state = new IsrState(image)
    state.propose([1, 2, 3], 4)
    assert.deepEqual(
      [state.committed, state.maximal],
      [
        [1, 2],
        [1, 2, 3],
      ],
    )
  })

  it('still counts a replica that is being removed', () => {
    const state = new IsrState(image)
    state.propose([1], 4)
    assert.deepEqual(
      [state.committed, state.maximal],
      [
        [1, 2],
        [1, 2],
      ],
    )
  })

  it('is what the controller commits', () => {
    const state = new IsrState(image)
    const proposal = state.propose([1, 2, 3], 4)
    const result = { error: 'NONE', isr: [1, 2, 3], partitionEpoch: 8, leaderEpoch: 4 } as const
    assert.equal(state.answer(proposal, result), 'settled')
    assert.deepEqual([state.committed, state.isChanging], [[1, 2, 3], false])
  })

  it('goes back where the controller says that it has changed nothing', () => {
    const state = new IsrState(image)
    const proposal = state.propose([1, 2, 3], 4)
    assert.equal(state.answer(proposal, { error: 'INELIGIBLE_REPLICA' }), 'settled')
    assert.deepEqual([state.maximal, state.isChanging], [[1, 2], false])
  })

  it('stays pending until an image comes where the leader was behind', () => {
    const state = new IsrState(image)
    const proposal = state.propose([1, 2, 3], 4)
    assert.equal(state.answer(proposal, { error: 'INVALID_UPDATE_VERSION' }), 'waiting')
    assert.deepEqual([state.maximal, state.isChanging], [[1, 2, 3], true])
    state.apply({ isr: [1], partitionEpoch: 8 })
    assert.deepEqual([state.maximal, state.isChanging], [[1], false])
  })

  it('is proposed again after an error that may pass', () => {
    const state = new IsrState(image)
    const proposal = state.propose([1], 4)
    assert.equal(state.answer(proposal, { error: 'NOT_CONTROLLER' }), 'again')
    assert.equal(state.isChanging, true)
  })

  it('ignores an image that is not newer, and an answer that an image has overtaken', () => {
    const state = new IsrState(image)
    state.apply({ isr: [1], partitionEpoch: 7 })
    assert.deepEqual(state.committed, [1, 2])
    const proposal = state.propose([1, 2, 3], 4)
    state.apply({ isr: [1], partitionEpoch: 9 })
    const late = { error: 'NONE', isr: [1, 2, 3], partitionEpoch: 8, leaderEpoch: 4 } as const
    assert.equal(state.answer(proposal, late), 'settled')
    assert.deepEqual(state.committed, [1])
  })
})
