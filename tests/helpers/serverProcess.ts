import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { onTestFinished } from 'vitest'

const MAIN = path.resolve(import.meta.dirname, '../../src/server/main.ts')

/** The server as a person starts it, with nothing of this process's environment but what is given. */
export function spawnServer(environment: Record<string, string>, main = MAIN) {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => output += data.toString())
  const exited = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null }))

  return {
    child,
    exited,
    output: () => output,
    kill: async (signal: NodeJS.Signals) => {
      child.kill(signal)
      return exited
    },
  }
}

/** A server process that is ready to be talked to. */
export async function startServer(environment: Record<string, string>, main?: string) {
  const server = spawnServer(environment, main)
  const url = await Promise.race([
    new Promise<string>(resolve => server.child.stdout.on('data', () => {
      const address = /Satchel is at (http:\/\/\S+)/.exec(server.output())?.[1]
      if (address)
        resolve(address)
    })),
    server.exited.then(() => { throw new Error(`the server ended: ${server.output()}`) }),
  ])
  return { ...server, url }
}
