/** What a killed supervisor left is removed by the next one; what a living one uses is not. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTime } from '../../../../lib/src/clusters/kafka/process-table'
import {
  createRunFolder,
  recordProcess,
  sweepRunFolders,
} from '../../../../lib/src/clusters/kafka/run-folders'

describe('sweepRunFolders', () => {
  let runFolder: string

  beforeEach(() => (runFolder = mkdtempSync(join(tmpdir(), 'kafka-lab-run-'))))
  afterEach(() => rmSync(runFolder, { recursive: true }))

  it('ends the processes of a supervisor that is gone and removes its folder', async () => {
    // The id of a living process that started at another time: the id was used again.
    const left = join(runFolder, `${process.pid}-1`)
    mkdirSync(left)
    const child = spawn('sleep', ['600'])
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    recordProcess(left, child.pid as number)
    sweepRunFolders(runFolder)
    assert.equal(await ended, 'SIGKILL')
    assert.equal(existsSync(left), false)
  })

  it('leaves the folder and the processes of a living supervisor alone', () => {
    const own = createRunFolder(runFolder)
    recordProcess(own, process.pid)
    sweepRunFolders(runFolder)
    assert.ok(existsSync(own))
  })

  it('does not end a process that was given the id of one that is gone', () => {
    const left = join(runFolder, '1-1')
    mkdirSync(left)
    const child = spawn('sleep', ['600'])
    writeFileSync(join(left, 'processes'), `${child.pid} 1\n`)
    sweepRunFolders(runFolder)
    assert.notEqual(startTime(child.pid as number), null)
    assert.equal(existsSync(left), false)
    child.kill('SIGKILL')
  })
})
