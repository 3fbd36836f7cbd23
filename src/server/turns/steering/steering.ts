import type { AddedMessage, AddedMessages } from '../../agents/agent.ts'

/** A promise that a message will be added: the turn does not end before it is kept, or given up. */
export interface Seat {
  /** Of the agent's message that the turn makes. */
  answerId: string
  add: (message: AddedMessage) => void
  /** Once more is fine, and after `add`. */
  leave: () => void
}

export type Steering = ReturnType<typeof createSteering>

/** What people add to one turn while it runs. */
export function createSteering() {
  const waiting: AddedMessage[] = []
  const taken: string[] = []
  const seats = new Set<Promise<void>>()
  let answerId: string | undefined
  let closed = false
  let wake = () => {}

  const added: AddedMessages = {
    take() {
      const message = waiting.shift()
      if (message)
        taken.push(message.id)
      return message
    },
    some: async (signal) => {
      if (waiting.length || signal.aborted)
        return
      await new Promise<void>((resolve) => {
        wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    },
  }

  function add(message: AddedMessage) {
    waiting.push(message)
    wake()
  }

  return {
    added,
    add,

    /** From now on something can be added. */
    open(id: string) {
      answerId = id
    },

    /** Undefined before the turn begins, and from its end on. */
    takeSeat(): Seat | undefined {
      if (answerId === undefined || closed)
        return undefined
      let leave = () => {}
      const seat = new Promise<void>((resolve) => { leave = resolve })
      seats.add(seat)
      return { answerId, add, leave: () => leave() }
    },

    /** Resolves when nothing more is added, with the ids that the agent took, and those that it did not. */
    async close(): Promise<{ taken: string[], left: string[] }> {
      closed = true
      await Promise.all(seats)
      return { taken: [...taken], left: waiting.map(({ id }) => id) }
    },
  }
}
