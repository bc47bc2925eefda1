import assert from 'node:assert/strict'
import { Sandbox, type PythonSaid } from './sandbox'

const distributions = [
  { name: 'Debian', release: 'ID=debian\n', python: 'apt-get install -y python3 python3-venv' },
  { name: 'Ubuntu', release: 'ID=ubuntu\nID_LIKE=debian\n', python: 'apt-get install -y python3 ' },
  { name: 'Fedora', release: 'NAME=x\nID=fedora\n', python: 'sudo dnf install -y python3' },
  { name: 'Rocky', release: 'ID="rocky"\nID_LIKE="rhel fedora"\n', python: 'sudo dnf install' },
  { name: 'Arch', release: 'ID=arch\n', python: 'sudo pacman -S python' },
  { name: 'Alpine', release: 'ID=alpine\n', python: 'sudo apk add python3' },
  { name: 'another system', release: 'ID=plan9\n', python: 'https://www.python.org/downloads/' },
]

describe('what set-up needs beforehand', () => {
  let sandbox: Sandbox
  afterEach(() => sandbox.remove())

  async function refusal(python: PythonSaid | 'none'): Promise<string> {
    sandbox = new Sandbox(python)
    const { code, stderr } = await sandbox.run(['build'])
    assert.equal(code, 1)
    assert.doesNotMatch(stderr, /^\s+at /m, 'advice comes without a stack trace')
    return stderr
  }

  it('names a missing Python with the command that installs it', async () => {
    assert.match(await refusal('none'), /Python is missing[^]*To mend it: sudo apt-get install/)
  })

  it('names a Python that is too old, and how to use another', async () => {
    const said = await refusal({ version: '3.9.18', venv: true })
    assert.match(said, /Python 3\.9\.18 \(.*python3\) is too old: kafka-lab needs 3\.10 or newer/)
    assert.match(said, /PYTHON=\/path\/to\/python3\.13 npm start/)
  })

  it('names a Python without venv, with the package that brings it', async () => {
    const said = await refusal({ version: '3.12.3', venv: false })
    assert.match(said, /lacks venv or ensurepip[^]*apt-get install -y python3 python3-venv/)
  })

  it('passes over an old python3 when a newer one stands beside it', async () => {
    sandbox = new Sandbox({ version: '3.9.18', venv: true })
    sandbox.python('python3.12', { version: '3.12.3', venv: true })
    assert.equal((await sandbox.run(['build'])).code, 0)
  })

  it('accepts 3.10 itself', async () => {
    sandbox = new Sandbox({ version: '3.10.0', venv: true })
    assert.equal((await sandbox.run(['build'])).code, 0)
  })

  it('takes the Python that PYTHON names, and says so when it cannot be run', async () => {
    sandbox = new Sandbox({ version: '3.12.3', venv: true })
    const { code, stderr } = await sandbox.run(['build'], { PYTHON: '/no/such/python' })
    assert.equal(code, 1)
    assert.match(stderr, /PYTHON=\/no\/such\/python cannot be run/)
  })

  for (const { name, release, python } of distributions) {
    const here = process.platform === 'darwin' ? 'brew install python@3.13' : python
    it(`gives the command of ${name}`, async () => {
      sandbox = new Sandbox('none')
      sandbox.write('../os-release', release)
      const { stderr } = await sandbox.run(['build'])
      assert.ok(stderr.includes(here), stderr)
    })
  }

  it('names a Node that is too old, before anything else is looked at', async () => {
    sandbox = new Sandbox('none')
    sandbox.write('old-node.cjs', oldNode)
    const options = { NODE_OPTIONS: `--require "${sandbox.path('old-node.cjs')}"` }
    const { code, stderr } = await sandbox.run(['build'], options)
    assert.equal(code, 1)
    assert.match(stderr, /^Node 18\.19\.0 is too old: kafka-lab needs Node 20 or newer/)
    assert.match(stderr, /To mend it: (curl .*setup_22\.x|brew install node)/)
    assert.deepEqual(sandbox.takeCalls(), [])
  })
})

const oldNode = `
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } })
`
