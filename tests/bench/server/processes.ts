import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const FLOOR = path.join(import.meta.dirname, 'floor.ts')
const SERVER = path.resolve(import.meta.dirname, '../../../dist/server/main.js')

export interface Process {
  url: string
  /** MB of memory that it holds now, and held at most. */
  memory: () => Promise<{ now: number, peak: number }>
  /** Milliseconds of processor time that it has used. */
  cpu: () => Promise<number>
  stop: () => Promise<void>
}

export async function startFloor(): Promise<Process> {
  return describe(spawn(process.execPath, ['--import', 'tsx', FLOOR], { stdio: ['ignore', 'pipe', 'inherit'] }))
}

/** The built server, with a data folder of its own. @param keeps the folder stays when it stops */
export async function startServer(dataFolder?: string, keeps = false): Promise<Process> {
  const folder = dataFolder ?? await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: folder, AGENT: 'loopback' }
  const started = await describe(spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] }))
  return {
    ...started,
    async stop() {
      await started.stop()
      if (!keeps)
        await rm(folder, { recursive: true, force: true })
    },
  }
}

async function describe(child: ChildProcess): Promise<Process> {
  const [output] = await once(child.stdout!, 'data') as [Buffer]
  return {
    url: /http:\/\/\S+/.exec(output.toString())![0],
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]) / 1024
      return { now: read('VmRSS'), peak: read('VmHWM') }
    },
    async cpu() {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10 // ticks of a hundredth of a second
    },
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}
