// The doctor's rows about Node, npm, Python and what set-up makes from them.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { fixFor } from './advice.mjs'
import { isCurrent, steps } from './ensure.mjs'
import { minimumNodeMajor, nodeProblem } from './node-version.mjs'
import { lookForPython } from './python-version.mjs'

/** Node, npm and Python, which the reader installs. */
export function installedRows() {
  return [nodeRow(), npmRow(), pythonRow()]
}

function nodeRow() {
  const problem = nodeProblem(process.versions.node)
  return {
    name: 'Node',
    state: problem === null ? 'ok' : 'missing',
    found: `${process.versions.node} (needs ${minimumNodeMajor} or newer), ${process.execPath}`,
    fix: problem === null ? null : fixFor('node'),
  }
}

function npmRow() {
  const { status, stdout } = spawnSync('npm', ['--version'], { encoding: 'utf8' })
  const present = status === 0
  return {
    name: 'npm',
    state: present ? 'ok' : 'missing',
    found: present ? stdout.trim() : 'not on PATH',
    fix: present ? null : fixFor('node'),
  }
}

function pythonRow() {
  const found = lookForPython()
  const ok = found.problem === null
  const version = found.version === null ? 'none found' : `${found.version}, ${found.path}`
  return {
    name: 'Python with venv',
    state: ok ? 'ok' : 'missing',
    found: ok ? `${version} (needs 3.10 or newer)` : `${version}; ${found.problem.split('\n')[0]}`,
    fix: ok ? null : fixFor('python'),
  }
}

/** One row per set-up step: current, or to be made by the next command. */
export function stateRows() {
  return steps.map((step) => {
    const current = isCurrent(step)
    const made = fs.existsSync(step.stampPath) ? 'out of date' : 'not made yet, or interrupted'
    return {
      name: step.name,
      state: current ? 'ok' : 'later',
      found: current ? 'current' : `${made}; the next npm start or npm test makes it`,
      fix: null,
    }
  })
}
