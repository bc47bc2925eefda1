// Where this project keeps what set-up makes, and the environment that keeps every tool inside it.
// npm, pip, Jupyter and temporary files get folders of the project that git ignores, so that
// nothing is written to the home folder; registries, mirrors and proxies stay the user's own.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root folder (absolute). */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** An absolute path inside the project. */
export const inProject = (...parts) => path.join(projectRoot, ...parts)

/** The Python of the project's virtual environment; set-up makes it. */
export const pythonPath = inProject('.venv', 'bin', 'python')

/**
 * The environment for any tool that the set-up starts: the caller's own, with caches and temporary
 * files inside the project, and the Node and Python in use first on PATH.
 */
export function toolEnvironment() {
  const temporary = inProject('.cache', 'tmp')
  mkdirSync(temporary, { recursive: true })
  return {
    ...process.env,
    PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    TMPDIR: temporary,
    npm_config_cache: inProject('.cache', 'npm'),
    PIP_CACHE_DIR: inProject('.cache', 'pip'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    // pip asks rustc for its version, and rustup's rustc makes its home at the first question.
    RUSTUP_HOME: process.env.RUSTUP_HOME ?? inProject('.cache', 'rustup'),
  }
}

/**
 * The environment in which JupyterLab, nbclient and nbconvert find this project's kernel
 * (`tslab`), settings and state folders, and nothing of another Jupyter on this machine.
 */
export function jupyterEnvironment() {
  const state = inProject('.jupyter')
  const environment = {
    ...toolEnvironment(),
    JUPYTER_PATH: inProject('jupyter'),
    JUPYTER_CONFIG_DIR: path.join(state, 'config'),
    JUPYTER_DATA_DIR: path.join(state, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(state, 'runtime'),
    JUPYTER_PREFER_ENV_PATH: '1',
    JUPYTERLAB_SETTINGS_DIR: path.join(state, 'user-settings'),
    JUPYTERLAB_WORKSPACES_DIR: path.join(state, 'workspaces'),
    IPYTHONDIR: path.join(state, 'ipython'),
    PYTHONNOUSERSITE: '1',
  }
  // Jupyter makes all of its folders itself but this one, for its notary's database.
  mkdirSync(environment.JUPYTER_DATA_DIR, { recursive: true })
  delete environment.PYTHONPATH
  delete environment.PYTHONHOME
  return environment
}
