/**
 * A cluster of the reader's own, which here is one that another process of ours started: the lab
 * keeps to names of its own, removes what it made, and has no power over the brokers.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTopics, listTopics } from '../../../lib/src/clusters/admin'
import { listGroups } from '../../../lib/src/clusters/admin-groups'
import { WireClient } from '../../../lib/src/clusters/wire-client'
import { disconnect, kill, leaderOf, on, response } from '../../../lib/src/faults'
import { verdict } from '../../../lib/src/checker'
import { openLab } from '../../../lib/src/lab'
import type { App } from '../../../lib/src/lab'

const program = join(__dirname, '../../../lib/src/clusters/kafka/main.ts')

async function shop({ kafka }: App): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'order-1' }] })
  await producer.disconnect()
}

async function billing({ kafka, caughtUp }: App): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async () => undefined })
  await caughtUp()
  await consumer.disconnect()
}

const topics = { orders: {} }
const given = process.env['KAFKA_LAB']

function restore(): void {
  if (given === undefined) delete process.env['KAFKA_LAB']
  else process.env['KAFKA_LAB'] = given
}

describe('a cluster of the reader’s own', () => {
  let owner: ChildProcess
  let wire: WireClient
  let list: string
  before(async () => {
    owner = spawn(process.execPath, ['--import', 'tsx', program, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface(owner.stdout!), 'line')) as [string]
    const told = JSON.parse(line) as { list: string; brokers: { host: string; port: number }[] }
    list = told.list
    wire = new WireClient({ brokers: told.brokers, clientId: 'test' })
    await createTopics(wire, [{ name: 'orders', assignment: [[1, 2, 3]], config: {} }])
  })
  after(async () => {
    restore()
    await wire.close()
    owner.kill('SIGTERM')
    await once(owner, 'exit')
  })
  beforeEach(() => void (process.env['KAFKA_LAB'] = list))

  it('runs experiments beside topics that have the same names, and removes its own', async () => {
    const lab = await openLab()
    const faults = [on(response('Produce', { nth: 1 }), disconnect())]
    const run = await lab.run({ topics, apps: { shop, billing }, faults })
    await lab.close()
    assert.equal(run.cluster.kind, 'own')
    assert.deepEqual(run.cluster.brokers, [1, 2, 3])
    assert.equal(verdict(run).delivery['orders']?.guarantee, 'at least once')
    assert.deepEqual(run.replicaLogs, [])
    assert.deepEqual(run.groups, [{ group: 'billing', topic: 'orders', partition: 0, offset: 2 }])
    const left = (await listTopics(wire)).filter((topic) => !topic.startsWith('__'))
    assert.deepEqual(left, ['orders'])
    assert.deepEqual(await listGroups(wire), [])
  })

  it('refuses acts on its brokers and changes of their settings', async () => {
    const lab = await openLab()
    const apps = { shop }
    const faults = [on(response('Produce', { nth: 1 }), kill(leaderOf('orders')))]
    const acts = lab.run({ topics, apps, faults })
    await assert.rejects(acts, /kill is refused on a cluster of your own: .*KAFKA_LAB=local/)
    const cluster = { 'log.retention.ms': 1 }
    await assert.rejects(lab.run({ topics, apps, cluster }), /refused on a cluster of your own/)
    await lab.close()
  })

  it('that cannot be reached is named', async () => {
    process.env['KAFKA_LAB'] = '127.0.0.1:1'
    await assert.rejects(openLab(), /127\.0\.0\.1:1/)
  })

  it('that is no broker list is refused with an example', async () => {
    for (const wrong of ['localhost', 'a:b', 'host:9092,', 'embeded']) {
      process.env['KAFKA_LAB'] = wrong
      await assert.rejects(openLab(), /names no cluster: .* such as KAFKA_LAB=localhost:9092/)
    }
  })
})
