// The Python environment, exactly as locked and by hash. It is made anew whenever its stamp is
// missing or old: half an environment cannot be told from a whole one, and pip's cache makes it
// quick. Its scripts hold absolute paths, so a moved project folder counts as a change too.
import fs from 'node:fs'
import { inProject, projectRoot, pythonPath } from './environment.mjs'
import { fingerprintOf } from './fingerprint.mjs'
import { requirePython } from './python-version.mjs'

export const python = {
  name: '.venv',
  title: 'Installing JupyterLab (Python environment in .venv)',
  stampPath: inProject('.venv', '.set-up-stamp'),
  isPresent: () => fs.existsSync(pythonPath),
  fingerprint: () =>
    fingerprintOf(fs.readFileSync(inProject('requirements.txt'), 'utf8'), projectRoot),
  commands() {
    const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps']
    return [
      { program: requirePython(), args: ['-m', 'venv', '--clear', inProject('.venv')] },
      { program: pythonPath, args: [...install, '--requirement', inProject('requirements.txt')] },
    ]
  },
}
