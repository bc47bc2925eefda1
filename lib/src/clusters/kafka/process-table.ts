/**
 * What the operating system says about a process beyond its id: when it started (ids are used
 * again, start times tell two apart) and whether a SIGSTOP has taken hold. Reads /proc on Linux
 * and asks ps elsewhere.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'

const hasProc = existsSync('/proc/self/stat')

/**
 * A text that no other process with this id ever has, or null when none runs. A zombie counts as
 * ended: where nobody collects it, it stays for ever.
 */
export function startTime(pid: number): string | null {
  if (hasProc) {
    const fields = statFields(`/proc/${pid}/stat`)
    return fields === null || fields[0] === 'Z' ? null : (fields[19] as string)
  }
  const text = ps('lstart', pid)
  return text === '' ? null : text.replace(/[^A-Za-z0-9]+/g, '_')
}

/** True when the process, with all its threads, stands still by SIGSTOP. */
export function isStopped(pid: number): boolean {
  if (!hasProc) return ps('state', pid).startsWith('T')
  return tasks(pid).every((task) => statFields(`/proc/${pid}/task/${task}/stat`)?.[0] === 'T')
}

/** The fields after the command's name, which may itself hold blanks and brackets. */
function statFields(path: string): string[] | null {
  try {
    const text = readFileSync(path, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch (error) {
    if (isGone(error)) return ['gone']
    throw error
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH'
}

function ps(column: string, pid: number): string {
  const words = ['-o', `${column}=`, '-p', String(pid)]
  return spawnSync('ps', words, { encoding: 'utf8' }).stdout.trim()
}
