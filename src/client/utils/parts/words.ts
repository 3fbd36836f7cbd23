import { plainLines } from '../../../shared/plainLines.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { Part } from '../../../shared/protocol/parts.ts'

interface Said {
  text: string
  parts: readonly Part[]
  attachments: readonly AttachmentView[]
}

/** What is to be read in a message, for who looks for words in one that is not drawn. */
export function wordsOf({ text, parts, attachments }: Said): string {
  const asked = parts.flatMap(part => part.type === 'question' ? part.questions.map(({ question }) => question) : [])
  return [...plainLines(text), ...asked, ...attachments.map(({ name }) => name)].join('\n')
}
