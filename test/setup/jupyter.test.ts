// JupyterLab's configuration, without a browser: what the save hook drops, which kernels are there,
// where the state goes, and that the server answers only with its token.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { project, Running } from './sandbox'

const python = path.join(project, '.venv', 'bin', 'python')

/** Runs Python with what setup/environment.mjs gives to JupyterLab and the notebook runner. */
function inJupyterEnvironment(args: string[], input = ''): string {
  const program = `
    import { jupyterEnvironment, pythonPath } from './setup/environment.mjs'
    import { spawnSync } from 'node:child_process'
    const ended = spawnSync(pythonPath, ${JSON.stringify(args)}, {
      env: jupyterEnvironment(), input: ${JSON.stringify(input)}, encoding: 'utf8' })
    process.stdout.write(ended.stdout)
    process.stderr.write(ended.stderr)
    process.exit(ended.status)`
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: project,
    encoding: 'utf8',
  })
  assert.equal(ended.status, 0, ended.stderr)
  return ended.stdout
}

describe('the save hook', () => {
  const saving = `
import json, sys
sys.path.insert(0, ${JSON.stringify(path.join(project, 'jupyter'))})
sys.dont_write_bytecode = True
from save_hook import drop_rendered_pictures
model = json.load(sys.stdin)
drop_rendered_pictures(model, path="x", contents_manager=None)
print(json.dumps(model))`

  type Data = Record<string, unknown>

  function saved(data: Data, metadata: object = {}): { data: Data; metadata: object } {
    const output = { output_type: 'display_data', data, metadata }
    const content = { nbformat: 4, cells: [{ cell_type: 'markdown' }, { outputs: [output] }] }
    const input = JSON.stringify({ type: 'notebook', content })
    const stdout = spawnSync(python, ['-c', saving], { input, encoding: 'utf8' }).stdout
    return JSON.parse(stdout).content.cells[1].outputs[0]
  }

  for (const type of ['vegalite.v5', 'vega.v5', 'plotly.v1']) {
    it(`drops the picture that the ${type} renderer adds`, () => {
      const chart = { [`application/vnd.${type}+json`]: {}, 'image/svg+xml': '<svg/>' }
      assert.deepEqual(saved({ ...chart, 'image/png': 'AAAA' }).data, chart)
    })
  }

  it('drops what the mermaid renderer adds, its version included', () => {
    const drawn = { 'text/vnd.mermaid': 'graph LR', 'image/svg+xml': '<svg/>' }
    const { data, metadata } = saved(drawn, { 'text/vnd.mermaid': { version: '11' } })
    assert.deepEqual(data, { 'text/vnd.mermaid': 'graph LR' })
    assert.deepEqual(metadata, {})
  })

  it('keeps a picture that stands alone', () => {
    const picture = { 'image/png': 'AAAA', 'text/plain': 'a picture' }
    assert.deepEqual(saved(picture).data, picture)
  })
})

describe('the Jupyter environment', () => {
  it('has one kernel, which is this project’s', () => {
    const list = inJupyterEnvironment(['-m', 'jupyter_client.kernelspecapp', 'list', '--json'])
    const specs = JSON.parse(list).kernelspecs as Record<string, { resource_dir: string }>
    assert.deepEqual(Object.keys(specs), ['tslab'])
    assert.equal(specs.tslab?.resource_dir, path.join(project, 'jupyter', 'kernels', 'tslab'))
  })

  it('keeps every folder of Jupyter inside the project', () => {
    const paths = inJupyterEnvironment(['-m', 'jupyter_core.command', '--paths', '--json'])
    const { config, data, runtime } = JSON.parse(paths) as Record<string, string[]>
    for (const first of [config?.[0], data?.[0], runtime?.[0]]) {
      assert.ok(first?.startsWith(project + path.sep), first)
    }
  })
})

describe('npm start -- --no-browser', () => {
  let lab: Running
  let address: URL

  before(async () => {
    const run = path.join(project, 'setup', 'run.mjs')
    const child = spawn(process.execPath, [run, 'start', '--no-browser'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    lab = new Running(child)
    await lab.printed(/token=\S+\n/)
    address = new URL(/http\S+/.exec(lab.stdout)?.[0] ?? '')
  })

  after(async () => {
    lab.child.kill('SIGTERM')
    await lab.ended
  })

  it('prints an address on loopback that opens the first notebook there is', () => {
    assert.equal(address.hostname, '127.0.0.1')
    const first = 'notebooks/00-start-here.ipynb'
    const target = fs.existsSync(path.join(project, first)) ? first : 'notebooks'
    assert.equal(address.pathname, `/lab/tree/${target}`)
  })

  it('answers with the token and refuses without', async () => {
    const contents = new URL('/api/contents/', address)
    assert.equal((await fetch(contents)).status, 403)
    contents.search = address.search
    assert.equal((await fetch(contents)).status, 200)
  })

  it('offers no kernel but TypeScript and no terminals', async () => {
    const kernels = new URL(`/api/kernelspecs${address.search}`, address)
    const { kernelspecs } = (await (await fetch(kernels)).json()) as { kernelspecs: object }
    assert.deepEqual(Object.keys(kernelspecs), ['tslab'])
    const terminals = new URL(`/api/terminals${address.search}`, address)
    assert.equal((await fetch(terminals)).status, 404)
  })

  it('stops with its kernels at Ctrl-C, also when it comes twice', async () => {
    const kernels = new URL(`/api/kernels${address.search}`, address)
    const body = JSON.stringify({ name: 'tslab' })
    const started = await fetch(kernels, { method: 'POST', body })
    assert.equal(started.status, 201)
    const { id } = (await started.json()) as { id: string }
    const file = path.join(project, '.jupyter', 'runtime', `kernel-${id}.json`)
    assert.ok(fs.existsSync(file))
    lab.child.kill('SIGINT')
    lab.child.kill('SIGINT')
    const { code } = await lab.ended
    assert.equal(code, 0)
    assert.ok(!fs.existsSync(file), 'the kernel was shut down: its connection file is gone')
  })
})
