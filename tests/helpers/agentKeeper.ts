import { findProcesses } from '../../src/server/agents/claude/process/spawnAgent.ts'

// A process that runs an agent, which writes how long it has been there into LIFE, again and again. Run with LIFE and SILENCE.

const { LIFE, SILENCE } = process.env as { LIFE: string, SILENCE: string }
const processes = await findProcesses(Number(SILENCE) || undefined)
processes?.spawn({
  command: '/bin/sh',
  args: ['-c', 'n=0; while :; do n=$((n + 1)); echo $n > "$1"; sleep 0.1; done', 'agent', LIFE],
  env: { PATH: process.env.PATH },
  signal: new AbortController().signal,
})
console.log('running')
