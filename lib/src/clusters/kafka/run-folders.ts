/**
 * One folder per supervisor under .kafka/run, named by its process id and start time, so that
 * anyone can tell whether its owner still lives. A folder also lists the JVMs started for it:
 * when a supervisor was itself killed, the next start ends what it left and removes the folder.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startTime } from './process-table'

/** This process's own folder, made new. */
export function createRunFolder(runFolder: string): string {
  const folder = join(runFolder, `${process.pid}-${startTime(process.pid)}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

export function recordProcess(folder: string, pid: number): void {
  appendFileSync(join(folder, 'processes'), `${pid} ${startTime(pid)}\n`)
}

/** Removes the folders of supervisors that are gone, and ends their JVMs. */
export function sweepRunFolders(runFolder: string): void {
  if (!existsSync(runFolder)) return
  for (const name of readdirSync(runFolder)) {
    const [, pid, started] = /^(\d+)-(\w+)$/.exec(name) ?? []
    if (pid === undefined || startTime(Number(pid)) === started) continue
    endProcesses(join(runFolder, name))
    removeFolder(join(runFolder, name))
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function endProcesses(folder: string): void {
  const list = join(folder, 'processes')
  if (!existsSync(list)) return
  for (const line of readFileSync(list, 'utf8').split('\n')) {
    const [pid, started] = line.split(' ')
    if (started !== undefined && startTime(Number(pid)) === started) {
      process.kill(Number(pid), 'SIGKILL')
    }
  }
}
