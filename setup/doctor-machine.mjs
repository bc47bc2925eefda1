// The doctor's rows about the machine: a browser for the browser tests, memory, disk, loopback.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { fixFor } from './advice.mjs'
import { findChromium } from './chromium.mjs'
import { projectRoot } from './environment.mjs'

// Four JVMs with small heaps, JupyterLab and a kernel.
const wantedMemoryMiB = 3000
// node_modules, .venv, Kafka's jars and the data of a local cluster.
const wantedDiskMiB = 2000
const loopback = '127.0.0.1'

/** Rows in the order in which the table shows them. */
export async function machineRows() {
  return [chromiumRow(), memoryRow(), diskRow(), await loopbackRow()]
}

function chromiumRow() {
  const found = findChromium()
  return {
    name: 'Chromium',
    state: found === null ? 'optional' : 'ok',
    found: found ?? 'not found: the browser tests are left out',
    fix: found === null ? `${fixFor('chromium')} (or set CHROME_PATH)` : null,
  }
}

function memoryRow() {
  const free = Math.round(availableMemory() / 2 ** 20)
  const enough = free >= wantedMemoryMiB
  return {
    name: 'Free memory',
    state: enough ? 'ok' : 'optional',
    found: `${free} MiB (a local cluster and JupyterLab want ${wantedMemoryMiB})`,
    fix: enough ? null : 'close other programs before you use the local cluster',
  }
}

/** Bytes that programs can still get; on Linux page cache counts as free, unlike in os.freemem. */
function availableMemory() {
  if (process.platform === 'linux') {
    const match = /^MemAvailable:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))
    if (match !== null) return Number(match[1]) * 1024
  }
  if (process.platform === 'darwin') {
    const { status, stdout } = spawnSync('memory_pressure', ['-Q'], { encoding: 'utf8' })
    const match = /free percentage: (\d+)%/.exec(status === 0 ? stdout : '')
    if (match !== null) return (os.totalmem() * Number(match[1])) / 100
  }
  return os.freemem()
}

function diskRow() {
  const { bavail, bsize } = fs.statfsSync(projectRoot)
  const free = Math.round((bavail * bsize) / 2 ** 20)
  const enough = free >= wantedDiskMiB
  return {
    name: 'Free disk',
    state: enough ? 'ok' : 'optional',
    found: `${free} MiB (everything together wants ${wantedDiskMiB})`,
    fix: enough ? null : `free some space on the disk of ${projectRoot}`,
  }
}

async function loopbackRow() {
  const port = await freePort()
  return {
    name: 'Loopback ports',
    state: port instanceof Error ? 'missing' : 'ok',
    found: port instanceof Error ? port.message : `${loopback}:${port} could be opened`,
    fix: port instanceof Error ? `let programs listen on ${loopback} (sandbox, firewall)` : null,
  }
}

/** A port that could be listened on, or the error that says why not. */
function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', resolve)
    server.listen(0, loopback, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
