import type { SendMessage } from '../../shared/protocol/frames.ts'
import { inPersonsOrder } from '../inspection/personsOrder.ts'
import { choiceOf } from '../messages/choice.ts'
import type { SentMessage } from '../messages/sentMessage.ts'

/** What a frame wants to be stored. @param encoded its long base64, by the name that stands in its place */
export const toSentMessage = (frame: SendMessage, encoded: ReadonlyMap<string, Buffer>): SentMessage => ({
  clientMessageId: frame.message_id,
  sessionId: frame.session_id,
  projectId: frame.project_id,
  sessionTitle: frame.session_title,
  text: frame.text,
  attachments: inPersonsOrder(frame, encoded),
  attachmentIds: frame.attachment_ids,
  attachmentPlaces: frame.attachment_places,
  replaces: frame.replaces,
  restoresFiles: frame.restore_files,
  choice: choiceOf(frame),
})
