import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '../helpers/freePort.ts'

const SERVER = path.resolve(import.meta.dirname, '../../dist/server/main.js')

export type ServerProcess = Awaited<ReturnType<typeof openServerProcess>>

/** The built server as a process that can be killed, frozen and started again; its address stays. What it says is in `<folder>.log`. */
export async function openServerProcess(folder: string, environment: Record<string, string>, onDied: (error: Error) => void = () => {}) {
  const port = await freePort()
  const log = createWriteStream(`${folder}.log`, { flags: 'a' })
  let child: ChildProcess | undefined
  let state: 'running' | 'frozen' | 'dead' = 'dead'

  async function start() {
    const started = child = spawn(process.execPath, [SERVER], {
      env: { PATH: process.env.PATH, PORT: String(port), AGENT: 'loopback', DATA_DIR: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.stderr.pipe(log, { end: false })
    let said = ''
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (data: Buffer) => {
        log.write(data)
        said += data.toString()
        if (said.includes('Satchel is at'))
          resolve()
      })
      started.once('exit', code => reject(new Error(`a server ended with ${code}: ${folder}.log says why`)))
    })
    state = 'running'
    started.once('exit', (code, signal) => {
      if (child !== started || state === 'dead')
        return
      state = 'dead'
      onDied(new Error(`a server ended by itself, with ${code ?? signal}: ${folder}.log says why`))
    })
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child!
    const exited = once(ending, 'exit')
    state = 'dead'
    ending.kill(signal)
    return (await exited)[0] as number | null
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => child!.pid!,
    state: () => state,
    /** Milliseconds of processor time that it has used. */
    async cpu() {
      const fields = (await readFile(`/proc/${child!.pid!}/stat`, 'utf8')).split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10 // ticks of a hundredth of a second
    },
    start,
    /** @returns its exit code */
    end,
    freeze() {
      state = 'frozen'
      child!.kill('SIGSTOP')
    },
    thaw() {
      state = 'running'
      child!.kill('SIGCONT')
    },
    async remove() {
      if (state === 'frozen')
        child!.kill('SIGCONT')
      if (state !== 'dead')
        await end('SIGKILL')
      log.end()
    },
  }
}
