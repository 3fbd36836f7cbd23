import { SERVER_STOPS, type AgentMemory, type MemoryEntry, type MemoryKey } from '../agent.ts'

type Hear = (key: MemoryKey, entries: readonly MemoryEntry[]) => void

/** The memory of a turn, and somebody who hears what is put into it: before it is there, and then. */
export function heardMemory(memory: AgentMemory, signal: AbortSignal, comes: Hear, isKept: Hear): AgentMemory {
  return {
    ...memory,
    async append(key, entries) {
      if (signal.reason === SERVER_STOPS)
        return // as if the agent were dead already
      comes(key, entries)
      await memory.append(key, entries)
      isKept(key, entries)
    },
  }
}
