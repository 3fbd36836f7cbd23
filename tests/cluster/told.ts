import type { SessionEvent } from '../../src/shared/protocol/frames.ts'
import { promise } from '../torture/violation.ts'

export type Told = ReturnType<typeof createTold>

/** What all clients heard: one id is one event, through whichever server it came. */
export function createTold() {
  const events = new Map<string, string>()
  return {
    hear(event: SessionEvent) {
      const key = `${event.session_id}/${event.event_id}`
      const [json, known] = [JSON.stringify(event), events.get(key)]
      promise(known === undefined || known === json, `two events are ${key}: ${known} and ${json}`)
      events.set(key, json)
    },
    count: () => events.size,
  }
}
