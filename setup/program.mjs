// Runs a program in the foreground as a shell does: signals go to it, its exit code comes back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import { projectRoot, toolEnvironment } from './environment.mjs'

/** Runs Node with `args` in the project's root; resolves with its exit code. */
export function runProgram(args) {
  return exitCodeOf(inRoot(args, 'inherit'))
}

/** Like runProgram, but resolves with `{ exitCode, output }`: what it wrote, in the order written. */
export async function runHoldingOutput(args) {
  const child = inRoot(args, ['inherit', 'pipe', 'pipe'])
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (one) => chunks.push(one))
  const closed = once(child, 'close')
  const exitCode = await exitCodeOf(child)
  await closed
  return { exitCode, output: Buffer.concat(chunks) }
}

function inRoot(args, stdio) {
  return spawn(process.execPath, args, { cwd: projectRoot, env: toolEnvironment(), stdio })
}

/**
 * Resolves with the child's exit code, 128 + n when signal n ended it. Meanwhile SIGTERM and
 * SIGHUP are passed on; SIGINT too unless a terminal already sends it to the whole group.
 */
export function exitCodeOf(child) {
  return passingSignals(child, (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}

/** Like exitCodeOf, but calls `onSignal(signal)` for what this process receives meanwhile. */
export function passingSignals(child, onSignal) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, onSignal)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]))
  }).finally(() => {
    for (const signal of signals) process.off(signal, onSignal)
  })
}
