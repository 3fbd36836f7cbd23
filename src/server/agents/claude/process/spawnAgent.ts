import type { SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk'
import { spawn, type ChildProcess } from 'node:child_process'
import { access } from 'node:fs/promises'
import { Writable } from 'node:stream'

const SHELL = '/bin/sh'

/** Seconds: a machine that was silent for longer may have lost its sessions to another one. Between this and two more. */
export const SILENCE_S = 12
const LOOK_S = 2
const PING_MS = 1000

/**
 * Runs the agent, and beside it somebody who reads from a pipe to this server. However the server ends, the pipe is
 * then closed, and the whole group of processes is killed: nothing goes on working for nobody. Where other servers go
 * on with what a frozen one did, somebody else counts looks down, and a ping of the server, a line in the pipe, lets him
 * begin anew: at none left the group is killed, too.
 */
const WATCHED = `
looks=$1; every=$2; shift 2
exec 4<&0
"$@" <&4 3<&- 4<&- &
agent=$!
exec 4<&-
trap : TERM INT HUP
if [ "$looks" -gt 0 ]; then
  ( trap '' TERM INT HUP; trap 'left=$looks' USR1; left=$looks
    while [ "$left" -gt 0 ]; do sleep "$every"; left=$((left - 1)); done; kill -KILL 0 ) 3<&- >/dev/null 2>&1 &
fi
counter=$!
( trap '' TERM INT HUP
  while read -r _ <&3; do [ "$looks" -eq 0 ] || kill -USR1 "$counter"; done; kill -KILL 0 ) >/dev/null 2>&1 &
watcher=$!
wait "$agent"; code=$?
while kill -0 "$agent" 2>/dev/null; do wait "$agent"; code=$?; done
kill -KILL "$watcher" 2>/dev/null
[ "$looks" -eq 0 ] || kill -KILL "$counter" 2>/dev/null
exit "$code"
`

export interface AgentProcesses {
  spawn: (options: SpawnOptions) => SpawnedProcess
  /** Ends those that are still about to leave, and resolves when none is left. */
  close: () => Promise<void>
}

/**
 * How the SDK starts its processes here; undefined where there is no shell to watch them with, and the SDK does it by itself.
 * @param silenceS seconds after which they end where this process is frozen; without it they wait for it
 */
export async function findProcesses(silenceS?: number): Promise<AgentProcesses | undefined> {
  try {
    await access(SHELL)
  }
  catch {
    return undefined // Windows
  }
  const running = new Map<SpawnedProcess, Promise<unknown>>()
  return {
    spawn(options) {
      const child = spawnWatched(options, silenceS)
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

function spawnWatched({ command, args, cwd, env, signal }: SpawnOptions, silenceS: number | undefined): SpawnedProcess {
  const looks = silenceS === undefined ? 0 : Math.ceil(silenceS / LOOK_S) + 1
  const child = spawn(SHELL, ['-c', WATCHED, SHELL, String(looks), String(LOOK_S), command, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'ignore', 'pipe'], detached: true })
  const kill = (name: NodeJS.Signals) => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, name)
    }
    catch {
      return false // it is gone
    }
  }
  if (looks)
    pingUntilGone(child)
  signal.addEventListener('abort', () => kill('SIGKILL'), { once: true })
  return Object.assign(child, { kill: (name: NodeJS.Signals) => kill(name) }) as unknown as SpawnedProcess
}

function pingUntilGone(child: ChildProcess) {
  const [, , , pipe] = child.stdio
  if (!(pipe instanceof Writable))
    return
  pipe.on('error', () => undefined) // its watcher is gone with it
  const pinging = setInterval(() => pipe.write('\n'), PING_MS).unref()
  child.once('exit', () => clearInterval(pinging))
}
