import { withPartEvent } from '../../src/shared/parts/partEvents.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Connection } from './connect.ts'

/** What the events of one answer add up to. */
export function folded(tab: Connection, id: string): Message {
  let message = tab.all('turn_started').find(frame => frame.message.id === id)!.message
  for (const frame of tab.frames) {
    if ((frame.type === 'part_added' || frame.type === 'part_updated' || frame.type === 'part_removed' || frame.type === 'text_delta') && frame.message_id === id)
      message = withPartEvent(message, frame)
  }
  return message
}
