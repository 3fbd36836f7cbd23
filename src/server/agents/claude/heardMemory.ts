import { SERVER_STOPS, type AgentMemory, type MemoryEntry, type MemoryKey } from '../agent.ts'

interface Ears {
  /** What was said before, when it is gone on with. */
  loaded: (entries: readonly MemoryEntry[]) => void
  /** What is put into it, before it is there, and then. */
  comes: (entries: readonly MemoryEntry[]) => void
  isKept: (key: MemoryKey, entries: readonly MemoryEntry[]) => void
}

/** The memory of a turn, and somebody who hears what is read from it and put into it. */
export function heardMemory(memory: AgentMemory, signal: AbortSignal, { loaded, comes, isKept }: Ears): AgentMemory {
  return {
    ...memory,
    async load(key) {
      const entries = await memory.load(key)
      if (key.subpath === undefined)
        loaded(entries ?? [])
      return entries
    },
    async append(key, entries) {
      if (signal.reason === SERVER_STOPS)
        return // as if the agent were dead already
      comes(entries)
      await memory.append(key, entries)
      isKept(key, entries)
    },
  }
}
