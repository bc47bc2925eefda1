// Finds a Python that can make the project's virtual environment: 3.10 or newer, with venv and
// ensurepip (Debian ships these two in a package of their own). PYTHON names one to use instead.
import { spawnSync } from 'node:child_process'
import { Advice, fixFor } from './advice.mjs'

const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']

const probe = `
import json, sys
def has(name):
    try:
        __import__(name)
        return True
    except ImportError:
        return False
print(json.dumps({"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3],
                  "venv": has("venv") and has("ensurepip")}))
`

/**
 * Looks for a usable Python on PATH.
 * @returns {{ path: string, version: string, problem: null } |
 *   { path: string | null, version: string | null, problem: string }} the first usable one, or the
 *   best that was found with the sentence that says what it lacks and the command that helps.
 */
export function lookForPython() {
  const chosen = process.env.PYTHON
  const found = (chosen ? [chosen] : candidates).map(probePython).filter((one) => one !== null)
  const usable = found.find((one) => isNewEnough(one.version) && one.venv)
  if (usable) return { path: usable.path, version: usable.version, problem: null }
  const best = found.find((one) => isNewEnough(one.version)) ?? found[0]
  return { path: best?.path ?? null, version: best?.version ?? null, problem: problemOf(best) }
}

/** A usable Python's path; throws Advice that names what is missing and the command that helps. */
export function requirePython() {
  const found = lookForPython()
  if (found.problem !== null) throw new Advice(found.problem)
  return found.path
}

function probePython(program) {
  const { status, stdout } = spawnSync(program, ['-c', probe], { encoding: 'utf8' })
  if (status !== 0) return null
  try {
    return JSON.parse(stdout)
  } catch (error) {
    if (error instanceof SyntaxError) return null // A program of that name that is no Python.
    throw error
  }
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 10)
}

function problemOf(best) {
  if (best === undefined) {
    const where = process.env.PYTHON ? `PYTHON=${process.env.PYTHON} cannot be run` : 'not on PATH'
    return (
      `Python is missing (${where}): kafka-lab needs Python 3.10 or newer with venv.\n` +
      `  To mend it: ${fixFor('python')}`
    )
  }
  if (!isNewEnough(best.version)) {
    return (
      `Python ${best.version} (${best.path}) is too old: kafka-lab needs 3.10 or newer.\n` +
      `  To mend it: ${fixFor('python')}\n` +
      '  or name a newer one: PYTHON=/path/to/python3.13 npm start'
    )
  }
  return (
    `Python ${best.version} (${best.path}) lacks venv or ensurepip, which kafka-lab needs.\n` +
    `  To mend it: ${fixFor('python')}`
  )
}
