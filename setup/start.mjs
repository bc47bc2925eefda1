// `npm start`: JupyterLab on the course, on loopback with its token. Its log goes to a file; only
// the address, warnings and errors are shown. Ctrl-C ends it without a question.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import readline from 'node:readline'
import { Advice } from './advice.mjs'
import { inProject, jupyterEnvironment, projectRoot, pythonPath } from './environment.mjs'
import { exitCodeOf } from './program.mjs'

const firstNotebook = 'notebooks/00-start-here.ipynb'

/** @param {string[]} args `--no-browser` or nothing. Resolves with JupyterLab's exit code. */
export async function startJupyterLab(args) {
  const unknown = args.find((one) => one !== '--no-browser')
  if (unknown !== undefined) throw new Advice(`npm start does not know "${unknown}"; try --help.`)
  const target = fs.existsSync(inProject(firstNotebook)) ? firstNotebook : 'notebooks'
  const lab = spawn(
    pythonPath,
    [
      ...['-m', 'jupyterlab', `--config=${inProject('jupyter', 'jupyter_lab_config.py')}`],
      `--LabApp.default_url=/lab/tree/${target}`,
      ...(process.getuid?.() === 0 ? ['--allow-root'] : []), // As in a container.
      ...args,
    ],
    { cwd: projectRoot, env: jupyterEnvironment(), stdio: ['ignore', 'inherit', 'pipe'] },
  )
  showAddressAndTrouble(lab.stderr)
  return exitCodeOf(lab)
}

/** JupyterLab announces itself in its log as http://127.0.0.1:PORT/…?token=…, at level info. */
function showAddressAndTrouble(stderr) {
  fs.mkdirSync(inProject('.cache'), { recursive: true })
  const log = fs.createWriteStream(inProject('.cache', 'jupyter.log'))
  let announced = false
  readline.createInterface({ input: stderr }).on('line', (line) => {
    log.write(`${line}\n`)
    const address = /http:\/\/127\.0\.0\.1:\S+token=\S+/.exec(line)?.[0]
    if (address !== undefined && !announced) {
      announced = true
      console.log(`JupyterLab is running at\n  ${address}\nStop it with Ctrl-C.`)
    } else if (/^\[[WEC] /.test(line) || !/^(\[| {4})/.test(line)) {
      console.error(line)
    }
  })
}
