import type { z } from 'zod'
import type { MessageAccepted, ResyncRequired, SessionEvent } from '../shared/protocol/frames.ts'

/**
 * First `message_accepted`. `turn_started` comes once for each answer, and empty: whatever it says follows as
 * `part_added` and `text_delta`, each once, also what was said before anybody listened or while a connection was lost.
 * So a question that comes may have its answer already: its `status` says it. The last is `message_completed`, whatever
 * came of the turn; or `resync_required`, if the events went by too fast: `listMessages` knows the rest.
 */
export type StreamedEvent = MessageAccepted | SessionEvent | z.infer<typeof ResyncRequired>
