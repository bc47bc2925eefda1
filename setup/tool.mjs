// Runs one tool of the set-up (npm, venv, pip, tsc) with its output in a log file, and shows the
// log's end when it fails. The tool is noted in the lock, so that the next set-up can end it when
// this one is killed; a signal to this one is passed on to it.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { Advice } from './advice.mjs'
import { inProject, projectRoot, toolEnvironment } from './environment.mjs'

const shownLines = 30

/** Resolves when `program` ended with 0; throws Advice with the end of its output otherwise. */
export async function runTool(program, args, lock) {
  const logPath = inProject('.cache', 'set-up.log')
  const log = fs.openSync(logPath, 'w')
  try {
    const child = spawn(program, args, {
      cwd: projectRoot,
      env: toolEnvironment(),
      stdio: ['ignore', log, log],
    })
    const ended = endOf(child)
    if (child.pid !== undefined) lock.setChild(child.pid)
    const outcome = await passingSignals(child, ended)
    lock.setChild(null)
    if (outcome === 0) return
    const lines = fs.readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-shownLines)
    throw new Advice(
      `${[program, ...args].join(' ')}\n  ended with ${outcome}. The end of its output:\n` +
        `${lines.map((line) => `    ${line}`).join('\n')}\n` +
        '  The same command goes on where this one stopped; npm run doctor shows what is there.',
    )
  } finally {
    fs.closeSync(log)
  }
}

/** The exit code, or what happened instead in words. */
function endOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`"${error.message}"`))
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
}

/** Waits for the tool; after a signal it ends both, and the lock is released on the way out. */
async function passingSignals(child, ended) {
  let received = null
  const pass = (signal) => {
    received = signal
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  try {
    const outcome = await ended
    if (received !== null) throw new Advice(`Set-up was stopped (${received}).`)
    return outcome
  } finally {
    for (const signal of signals) process.off(signal, pass)
  }
}
