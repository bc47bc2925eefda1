// `npm start`: JupyterLab on the course, on loopback with its token. Its log goes to a file; only
// the address and errors are shown, and the log's end when it does not come up. Ctrl-C ends it
// without a question.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import readline from 'node:readline'
import { Advice } from './advice.mjs'
import { inProject, jupyterEnvironment, projectRoot, pythonPath } from './environment.mjs'
import { passingSignals } from './program.mjs'

const shownLines = 30
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
    {
      ...{ cwd: projectRoot, env: jupyterEnvironment(), stdio: ['ignore', 'inherit', 'pipe'] },
      // A session of its own: a second Ctrl-C would make it leave its kernels behind.
      detached: true,
    },
  )
  const log = followLog(lab.stderr)
  const exitCode = await passingSignals(lab, () => lab.kill('SIGTERM'))
  if (!log.announced) console.error(`JupyterLab did not start:\n${log.last.join('\n')}`)
  return exitCode
}

/**
 * Copies JupyterLab's log to a file and shows what matters of it. It announces itself as
 * http://127.0.0.1:PORT/…?token=….
 * @returns {{ announced: boolean, last: string[] }} kept up to date while it runs
 */
function followLog(stderr) {
  const file = fs.createWriteStream(inProject('.cache', 'jupyter.log'))
  const log = { announced: false, last: [] }
  readline.createInterface({ input: stderr }).on('line', (line) => {
    file.write(`${line}\n`)
    log.last = [...log.last, line].slice(-shownLines)
    const address = /http:\/\/127\.0\.0\.1:\S+token=\S+/.exec(line)?.[0]
    if (address !== undefined && !log.announced) {
      log.announced = true
      const words = `JupyterLab is running at\n  ${address}\nStop it with Ctrl-C.`
      answering(Number(new URL(address).port)).then(() => console.log(words))
    } else if (line.startsWith('[E ')) {
      console.error(line)
    }
  })
  return log
}

/** JupyterLab names its address a moment before it listens there; at most five seconds. */
async function answering(port) {
  for (let tries = 0; tries < 100; tries++) {
    const socket = net.connect(port, '127.0.0.1')
    const answered = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
