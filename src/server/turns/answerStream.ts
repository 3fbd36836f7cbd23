import type { FastifyBaseLogger } from 'fastify'
import type { Message } from '../../shared/protocol/message.ts'
import type { Events } from '../events/events.ts'
import type { Database } from '../storage/database/database.ts'
import { savePartialText } from './answers.ts'
import type { Live } from '../events/live.ts'

/** Pieces that come within this time become one event: an eye sees no difference, and more of an answer is kept for those who come back. */
const GATHER_MS = 30
const SAVE_MS = 500

/** The agent's message while it is being said: gathered, told, and saved now and then. */
export function createSpeech({ answer, tenant, events, live, database, log }: {
  answer: Message
  tenant: string
  events: Events
  live: Live
  database: Database
  log: FastifyBaseLogger
}) {
  let told = ''
  let gathered = ''
  let timer: NodeJS.Timeout | undefined
  let savedAt = Date.now()
  let saving: Promise<void> | undefined

  function tell() {
    clearTimeout(timer)
    timer = undefined
    if (!gathered)
      return
    told += gathered
    // Together: whoever reads the text between the two would hear the piece twice.
    live.setText(answer.id, told)
    events.emit(tenant, { type: 'text_delta', session_id: answer.sessionId, message_id: answer.id, delta: gathered })
    gathered = ''
    saveNowAndThen()
  }

  function saveNowAndThen() {
    if (saving || Date.now() - savedAt < SAVE_MS)
      return
    saving = savePartialText(database, answer.id, told)
      .catch(error => log.warn(error, 'a part of an answer was not saved')) // the whole is saved at the end
      .finally(() => {
        savedAt = Date.now()
        saving = undefined
      })
  }

  return {
    say(text: string) {
      gathered += text
      timer ??= setTimeout(tell, GATHER_MS)
    },

    /** Tells the rest and returns the whole. Nothing is saved any more after this. */
    async end(): Promise<string> {
      tell()
      await saving
      return told
    },
  }
}
