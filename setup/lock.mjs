// A lock between set-ups of one folder: a directory that appears with its owner's name inside, by
// one atomic rename. A dead owner does not hold it: the next set-up ends the npm or pip that the
// dead one left running (it would write into the same folders) and takes the lock over.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { identify, isRunning } from './process-identity.mjs'

const pollMs = 100
// Taking over lasts milliseconds; a taker that died in between is passed over after this time.
const takeOverLimitMs = 10_000

/**
 * Runs `work(lock)` while no other process holds the lock at `lockPath`; `onWait(pid)` is called
 * once when a living owner has to be waited for. `lock.setChild(pid)` notes the running tool.
 */
export async function withLock(lockPath, work, onWait) {
  const lock = await acquire(lockPath, onWait)
  try {
    return await work(lock)
  } finally {
    lock.release()
  }
}

async function acquire(lockPath, onWait) {
  fs.mkdirSync(path.dirname(lockPath), { recursive: true })
  const me = { owner: identify(process.pid), child: null }
  let told = false
  for (;;) {
    if (claim(lockPath, me)) return handle(lockPath, me)
    const holder = readHolder(lockPath)
    if (holder !== null && isRunning(holder.owner)) {
      if (!told) onWait(holder.owner.pid)
      told = true
      await wait(pollMs)
    } else if (holder !== null) {
      await takeOver(lockPath, holder)
    }
  }
}

function handle(lockPath, me) {
  return {
    setChild(pid) {
      const next = path.join(lockPath, `holder.${process.pid}`)
      fs.writeFileSync(next, JSON.stringify({ ...me, child: pid === null ? null : identify(pid) }))
      fs.renameSync(next, path.join(lockPath, 'holder.json'))
    },
    release() {
      discard(lockPath)
    },
  }
}

/** True when the lock is now ours: rename refuses a target directory that is not empty. */
function claim(lockPath, me) {
  const mine = `${lockPath}.${process.pid}`
  fs.rmSync(mine, { recursive: true, force: true })
  fs.mkdirSync(mine)
  fs.writeFileSync(path.join(mine, 'holder.json'), JSON.stringify(me))
  try {
    fs.renameSync(mine, lockPath)
    return true
  } catch (error) {
    fs.rmSync(mine, { recursive: true, force: true })
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false
    throw error
  }
}

/** Null when the lock was released between two looks. */
function readHolder(lockPath) {
  try {
    return JSON.parse(fs.readFileSync(path.join(lockPath, 'holder.json'), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** Removes a dead owner's lock; one process at a time, which looks again before it removes. */
async function takeOver(lockPath, dead) {
  const taking = `${lockPath}.taking-over`
  try {
    fs.mkdirSync(taking)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    await wait(pollMs)
    const since = fs.statSync(taking, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > takeOverLimitMs) fs.rmdirSync(taking)
    return
  }
  try {
    const holder = readHolder(lockPath)
    if (holder === null || !isSame(holder.owner, dead.owner)) return
    if (holder.child !== null) await end(holder.child)
    discard(lockPath)
  } finally {
    fs.rmdirSync(taking)
  }
}

const isSame = (one, other) => one.pid === other.pid && one.started === other.started

/** Renamed first, so that no moment shows an emptied directory that another set-up could claim. */
function discard(lockPath) {
  const away = `${lockPath}.${process.pid}.away`
  fs.renameSync(lockPath, away)
  fs.rmSync(away, { recursive: true })
}

/** Ends the tool that a killed set-up left behind: first gently, after two seconds by force. */
async function end(child) {
  for (let round = 0; isRunning(child); round += 1) {
    try {
      process.kill(child.pid, round * pollMs < 2000 ? 'SIGTERM' : 'SIGKILL')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error // It ended between the two looks.
    }
    await wait(pollMs)
  }
}
