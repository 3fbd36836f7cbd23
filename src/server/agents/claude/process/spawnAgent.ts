import type { SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk'
import { spawn } from 'node:child_process'
import { access } from 'node:fs/promises'

const SHELL = '/bin/sh'

/**
 * Runs the agent, and beside it somebody who reads from a pipe to this server. However the server ends, the pipe is
 * then closed, and the whole group of processes is killed: nothing goes on working for nobody.
 */
const WATCHED = `
exec 4<&0
"$@" <&4 3<&- 4<&- &
agent=$!
exec 4<&-
trap : TERM INT HUP
( trap '' TERM INT HUP; read -r _ <&3; kill -KILL 0 ) >/dev/null 2>&1 &
watcher=$!
wait "$agent"; code=$?
while kill -0 "$agent" 2>/dev/null; do wait "$agent"; code=$?; done
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`

export interface AgentProcesses {
  spawn: (options: SpawnOptions) => SpawnedProcess
  /** Ends those that are still about to leave, and resolves when none is left. */
  close: () => Promise<void>
}

/** How the SDK starts its processes here; undefined where there is no shell to watch them with, and the SDK does it by itself. */
export async function findProcesses(): Promise<AgentProcesses | undefined> {
  try {
    await access(SHELL)
  }
  catch {
    return undefined // Windows
  }
  const running = new Map<SpawnedProcess, Promise<unknown>>()
  return {
    spawn(options) {
      const child = spawnWatched(options)
      running.set(child, new Promise(resolve => child.on('exit', resolve)).finally(() => running.delete(child)))
      return child
    },
    async close() {
      const left = [...running]
      left.forEach(([child]) => child.kill('SIGKILL'))
      await Promise.all(left.map(([, gone]) => gone))
    },
  }
}

function spawnWatched({ command, args, cwd, env, signal }: SpawnOptions): SpawnedProcess {
  const child = spawn(SHELL, ['-c', WATCHED, SHELL, command, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'ignore', 'pipe'], detached: true })
  const kill = (name: NodeJS.Signals) => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, name)
    }
    catch {
      return false // it is gone
    }
  }
  signal.addEventListener('abort', () => kill('SIGKILL'), { once: true })
  return Object.assign(child, { kill: (name: NodeJS.Signals) => kill(name) }) as unknown as SpawnedProcess
}
