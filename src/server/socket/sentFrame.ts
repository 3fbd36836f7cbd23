import type { SendMessage } from '../../shared/protocol/frames.ts'
import { inPersonsOrder } from '../inspection/personsOrder.ts'
import { choiceOf } from '../messages/choice.ts'
import type { SentMessage } from '../messages/sentMessage.ts'

/** What a frame wants to be stored. */
export const toSentMessage = (frame: SendMessage): SentMessage => ({
  clientMessageId: frame.message_id,
  sessionId: frame.session_id,
  projectId: frame.project_id,
  sessionTitle: frame.session_title,
  text: frame.text,
  attachments: inPersonsOrder(frame),
  attachmentIds: frame.attachment_ids,
  attachmentPlaces: frame.attachment_places,
  replaces: frame.replaces,
  restoresFiles: frame.restore_files,
  choice: choiceOf(frame),
})
