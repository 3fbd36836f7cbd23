import type { KeptEvent } from './events.ts'

// Enough for a long answer and a short absence. Whoever was away longer reads it over REST.
const KEPT_EVENTS = 2000
const KEPT_CHARACTERS = 4 * 1024 * 1024

/** The newest events of one session, and the numbers that they are known by. */
export class EventLog {
  /** The newest id; 0 where nothing ever happened. */
  last: number
  /** Ids up to this one may be used. */
  reserved: number
  /** The newest event that was more than a piece of a message that is being made. */
  lastChange: number
  /** Everything after this one is still here. */
  #complete: number
  #events: KeptEvent[] = []
  #characters = 0

  /** @param reserved ids that were handed out before this server started: what they stood for is no longer kept */
  constructor(reserved: number) {
    this.last = this.reserved = this.lastChange = this.#complete = reserved
  }

  keep(event: KeptEvent) {
    this.#events.push(event)
    this.#characters += event.json.length
    while (this.#events.length > KEPT_EVENTS || this.#characters > KEPT_CHARACTERS)
      this.#drop()
  }

  /** The events after this one, or undefined where some of them are no longer kept, or never were. */
  after(id: number): readonly KeptEvent[] | undefined {
    return id > this.last || id < this.#complete ? undefined : this.#events.filter(event => event.id > id)
  }

  forget() {
    this.#events = []
    this.#characters = 0
    this.#complete = this.last
  }

  #drop() {
    const dropped = this.#events.shift()
    this.#characters -= dropped?.json.length ?? 0
    this.#complete = dropped?.id ?? this.#complete
  }
}
