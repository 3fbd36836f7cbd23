import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { required } from '../../src/shared/required.ts'

const WATCH = pathToFileURL(path.join(import.meta.dirname, 'watchLoop.mjs')).href

export const ATTACKER = 'key-of-the-attacker-00'
export const VICTIM = 'key-of-the-second-tenant'

/** Milliseconds at a stretch in which the server did nothing else, by the clock and of a processor. */
export interface LongestBlock { blockedMs: number, processorMs: number }

export interface Target {
  url: string
  dataFolder: string
  pid: number
  /** The file of one of its commands. */
  command: (name: 'backup') => string
  /** Seconds of a processor that the server itself has used. */
  cpu: () => Promise<number>
  /** MB of memory of the server and of all processes that it started. */
  memory: () => Promise<number>
  /** How long it was blocked at most so far. */
  loop: () => LongestBlock
  /** What the start took is not counted any more. */
  forgetStart: () => void
  stop: () => Promise<void>
}

/**
 * The built server with a data folder of its own and two tenants, under as many requests as the machine can make.
 * @param profileFolder for a profile of what it spends its time with
 */
export async function startTarget(main: string, profileFolder = ''): Promise<Target> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-attack-'))
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    DATA_DIR: dataFolder,
    AGENT: 'loopback',
    RATE_LIMIT: '1000000',
    API_KEYS: `${ATTACKER}:attackers:eve,${VICTIM}:innocent:ivy`,
  }
  const profiling = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : []
  const child = spawn(process.execPath, [...profiling, '--import', WATCH, main], { env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] })
  let loop: LongestBlock = { blockedMs: 0, processorMs: 0 }
  child.on('message', (told) => { loop = told as LongestBlock })
  const [output] = await once(required(child.stdout, 'what the server says'), 'data') as [Buffer]
  const pid = child.pid ?? 0
  return {
    url: /http:\/\/\S+/.exec(output.toString())?.[0] ?? '',
    dataFolder,
    pid,
    command: name => path.join(path.dirname(main), 'commands', `${name}.js`),
    cpu: () => cpuSeconds(pid),
    memory: async () => (await Promise.all((await familyOf(pid)).map(residentMb))).reduce((sum, mb) => sum + mb, 0),
    loop: () => loop,
    forgetStart: () => void child.send('begin'),
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

/** Milliseconds of a processor that the thread of its event loop has used. */
export async function loopMs(pid: number | string): Promise<number> {
  const [used] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => '')).split(' ')
  return Number(used) / 1e6
}

/** A hundredth of a second is what Linux counts in. */
async function cpuSeconds(pid: number): Promise<number> {
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number)
  return (user + system) / 100
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
}
