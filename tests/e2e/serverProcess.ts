import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'

const MAIN = path.resolve(import.meta.dirname, '../../dist/server/main.js')

export type Server = Awaited<ReturnType<typeof startServer>>

/** The real server, in a process and with a data folder of its own. */
export async function startServer({ port = 0, dataFolder, env = {}, program = [MAIN] }: { port?: number, dataFolder?: string, env?: Record<string, string>, program?: readonly string[] } = {}) {
  const folder = dataFolder ?? await mkdtemp(path.join(tmpdir(), 'satchel-data-'))
  let running = await launch(port, folder, env, program)
  const { url } = running

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    const { child } = running
    if (child.exitCode !== null || child.signalCode !== null)
      return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** As a power cut would. */
  const kill = () => end('SIGKILL')
  const stop = () => end('SIGTERM')

  return {
    url,
    dataFolder: folder,
    kill,
    stop,
    /** Holds it in the middle of whatever it does; what is sent to it meanwhile, it gets afterwards. */
    pause: () => running.child.kill('SIGSTOP'),
    resume: () => running.child.kill('SIGCONT'),
    /** At the same address, on the same data. */
    async restart() {
      await kill()
      running = await launch(Number(new URL(url).port), folder, env, program)
    },
    async remove() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function launch(port: number, dataFolder: string, env: Record<string, string>, program: readonly string[]) {
  const child = spawn(process.execPath, program, {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataFolder, AGENT: 'loopback', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await address(child)
  await isWell(url)
  return { child, url }
}

/** What it prints when it listens; what it printed instead, if it does not. */
function address({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>) {
  return new Promise<string>((resolve, reject) => {
    let said = ''
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const url = /Satchel is at (http:\S+)/.exec(said)?.[1]
      if (url)
        resolve(url)
    }
    stdout.on('data', listen)
    stderr.on('data', listen)
    stdout.on('end', () => reject(new Error(`The server did not start:\n${said}`)))
  })
}

async function isWell(url: string) {
  const response = await fetch(`${url}/healthz`)
  if (!response.ok)
    throw new Error(`The server is not well: /healthz answers ${response.status}`)
}
