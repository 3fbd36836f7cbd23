import type { AttachmentView } from '../../../shared/attachments.ts'
import type { Attachment } from '../../../shared/protocol/attachment.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { toSentView } from '../attachments/draftView.ts'

interface Shown { attachments: readonly AttachmentView[], parts: readonly Part[] }

const toolImages = (parts: readonly Part[]): Attachment[] =>
  parts.flatMap(part => part.type === 'tool' ? part.output?.images ?? [] : [])

/** A message's attachments but the pictures that a tool returned, which are shown in the tool's part. */
export function ownAttachments({ attachments, parts }: Shown): readonly AttachmentView[] {
  const ids = new Set(toolImages(parts).map(({ id }) => id))
  return ids.size ? attachments.filter(({ id }) => !ids.has(id)) : attachments
}

/** All that can be looked at in a message, each once. */
export function shownAttachments(message: Shown): readonly AttachmentView[] {
  const images = new Map(toolImages(message.parts).map(image => [image.id, toSentView(image)]))
  return images.size ? [...ownAttachments(message), ...images.values()] : message.attachments
}
