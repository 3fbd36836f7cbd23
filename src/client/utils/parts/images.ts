import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { Attachment } from '../../../shared/protocol/attachment.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { toSentView } from '../attachments/draftView.ts'

interface Shown { attachments: readonly AttachmentView[], parts: readonly Part[] }

const toolImages = (parts: readonly Part[]): Attachment[] =>
  parts.flatMap(part => part.type === 'tool' ? part.output?.images ?? [] : [])

/** As people count: `part-2` before `part-10`. */
const byName = new Intl.Collator('en', { numeric: true })

/**
 * A message's attachments but the pictures that a tool returned, which are shown in the tool's part. What a person
 * attached stays in their order; what the agent made (it has a path) in that of its names.
 */
export function ownAttachments({ attachments, parts }: Shown): readonly AttachmentView[] {
  const ids = new Set(toolImages(parts).map(({ id }) => id))
  const own = ids.size ? attachments.filter(({ id }) => !ids.has(id)) : attachments
  return own.some(({ path }) => path) ? [...own].sort((a, b) => byName.compare(a.path ?? a.name, b.path ?? b.name)) : own
}

/** All that can be looked at in a message, each once. */
export function shownAttachments(message: Shown): readonly AttachmentView[] {
  const images = new Map(toolImages(message.parts).map(image => [image.id, toSentView(image)]))
  return [...ownAttachments(message), ...images.values()]
}
