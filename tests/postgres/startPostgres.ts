import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** A real PostgreSQL that ends with this process. @param settings of its own, like `synchronous_commit=on` @returns `url` is undefined where it does not start; `log` says why. */
export async function startPostgres(settings: readonly string[] = []) {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'runPostgres.ts'), ...settings], { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (data: Buffer) => log += data.toString())
  const exited = once(child, 'exit')
  const url = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data).trim()),
    exited.then(() => undefined),
  ])
  return {
    url,
    log: () => log,
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
