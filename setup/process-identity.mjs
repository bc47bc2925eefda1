// Tells one process from a later one with the same number, by the time it started. The set-up lock
// needs that: its owner may have been killed and its number given to a process of someone else.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

/** `{ pid, started }`, or null when no such process runs (a zombie counts as ended). */
export function identify(pid) {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startFromPs(pid)
  return started === null ? null : { pid, started }
}

/** Whether the very process of `identity` still runs. */
export function isRunning(identity) {
  return identify(identity.pid)?.started === identity.started
}

/** Field 22 of /proc/<pid>/stat: clock ticks from boot to the process's start. */
function startOnLinux(pid) {
  let stat
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
    throw error
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]
}

function startFromPs(pid) {
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null
}
