import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export const ATTACKER = 'key-of-the-attacker-00'
export const VICTIM = 'key-of-the-second-tenant'

export interface Target {
  url: string
  dataFolder: string
  pid: number
  /** MB of memory of the server and of all processes that it started. */
  memory: () => Promise<number>
  stop: () => Promise<void>
}

/** The built server with a data folder of its own and two tenants, under as many requests as the machine can make. */
export async function startTarget(main: string): Promise<Target> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-attack-'))
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    DATA_DIR: dataFolder,
    AGENT: 'loopback',
    RATE_LIMIT: '1000000',
    API_KEYS: `${ATTACKER}:attackers:eve,${VICTIM}:innocent:ivy`,
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const [output] = await once(child.stdout, 'data') as [Buffer]
  const pid = child.pid ?? 0
  return {
    url: /http:\/\/\S+/.exec(output.toString())?.[0] ?? '',
    dataFolder,
    pid,
    memory: async () => (await Promise.all((await familyOf(pid)).map(residentMb))).reduce((sum, mb) => sum + mb, 0),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
        await exited
        clearTimeout(timer)
      }
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function familyOf(pid: number): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).split(' ').filter(Boolean).map(Number)
  return [pid, ...(await Promise.all(children.map(familyOf))).flat()]
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
}
