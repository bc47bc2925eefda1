/**
 * The owner's end of a supervisor: starts it in its own session, sends it acts and hears of nodes
 * that ended. It keeps the owner's event loop alive only while an answer is awaited, so a script
 * that has nothing else to do ends, and its cluster with it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from './installation'
import type { Answer, ClusterSpec, NodeAct, Request } from './supervisor-protocol'

interface Pending {
  resolve(folder: string | undefined): void
  reject(error: Error): void
}

type Unnumbered = Request extends infer R ? (R extends Request ? Omit<R, 'number'> : never) : never

export class Supervisor {
  private readonly child: ChildProcess
  private readonly pending = new Map<number, Pending>()
  private readonly exited: Promise<void>
  private number = 0
  private failure: Error | undefined

  constructor(private readonly onNodeExit: (node: number) => void) {
    const program = join(projectRoot, 'lib/dist/clusters/kafka/supervisor.js')
    if (!existsSync(program)) throw new Error(`${program} does not exist. Run: npm run build`)
    this.child = spawn(process.execPath, [program], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.child.stdin?.on('error', (error) => this.fail(error))
    this.exited = new Promise((resolve) => {
      this.child.once('exit', () => resolve())
      this.child.once('error', (error) => {
        this.fail(error)
        resolve()
      })
    })
    void this.exited.then(() => this.fail(new Error('the supervisor of the local cluster ended')))
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => this.hear(line))
    }
    this.release()
  }

  /** Starts all nodes and resolves to the folder that holds their data and logs. */
  async start(spec: ClusterSpec): Promise<string> {
    return (await this.request({ act: 'start', spec })) as string
  }

  async act(act: NodeAct, node: number): Promise<void> {
    await this.request({ act, node })
  }

  /** Ends all nodes and resolves when the supervisor is gone too. */
  async stop(): Promise<void> {
    this.hold()
    this.child.stdin?.end()
    await this.exited
  }

  private request(body: Unnumbered): Promise<string | undefined> {
    if (this.failure !== undefined) return Promise.reject(this.failure)
    const number = (this.number += 1)
    this.hold()
    return new Promise<string | undefined>((resolve, reject) => {
      this.pending.set(number, { resolve, reject })
      this.child.stdin?.write(`${JSON.stringify({ number, ...body })}\n`)
    }).finally(() => {
      if (this.pending.size === 0) this.release()
    })
  }

  private hear(line: string): void {
    const answer = JSON.parse(line) as Answer
    if ('exited' in answer) return this.onNodeExit(answer.exited)
    if ('fatal' in answer) return this.fail(new Error(answer.fatal))
    const pending = this.pending.get(answer.number)
    this.pending.delete(answer.number)
    if ('error' in answer) pending?.reject(new Error(answer.error))
    else pending?.resolve(answer.folder)
  }

  private fail(error: Error): void {
    this.failure ??= error
    for (const { reject } of this.pending.values()) reject(this.failure)
    this.pending.clear()
  }

  private handles(): { ref(): unknown; unref(): unknown }[] {
    return [this.child, this.child.stdin as Socket, this.child.stdout as Socket]
  }

  private hold(): void {
    for (const handle of this.handles()) handle.ref()
  }

  private release(): void {
    for (const handle of this.handles()) handle.unref()
  }
}
