import { isImageMimeType } from '../../shared/attachments.ts'
import type { Attachment } from '../../shared/protocol/attachment.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Session } from '../../shared/protocol/session.ts'
import { shownName } from '../../shared/plainText.ts'
import { safeFilename } from '../inspection/filenames.ts'
import { shownAuthor, shownTime } from '../sessions/shownMessage.ts'

const escaped = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>#]/g, character => `\\${character}`)

/** Where a file stands in the archive: its place in the conversation keeps names apart, and no name leaves the folder. */
export const pathOfFile = (message: Message, place: number, { filename }: Attachment): string =>
  `files/${message.sequence}-${place + 1}-${safeFilename(filename)}`

export const headingOf = ({ title, createdAt }: Session): string => `# ${escaped(title)}\n\nBegun on ${shownTime(createdAt)}.\n`

/** What was said, and the files below it. Which tools were used is in the JSON. */
export function markdownOf(message: Message): string {
  const files = message.attachments.map((attachment, place) => linkTo(attachment, pathOfFile(message, place, attachment)))
  const ended = message.problem ? [`*${escaped(message.problem.detail)}*`] : []
  return ['', '---', '', `**${escaped(shownAuthor(message))}**, ${shownTime(message.createdAt)}`, ...[message.text, ...ended, files.join('\n')].filter(Boolean).flatMap(part => ['', part]), ''].join('\n')
}

function linkTo({ filename, mimeType, caption }: Attachment, path: string): string {
  const address = path.split('/').map(encodeURIComponent).join('/').replace(/[()]/g, encodedParenthesis)
  return `- ${isImageMimeType(mimeType) ? '!' : ''}[${escaped(caption ?? shownName(filename))}](${address})`
}

const encodedParenthesis = (character: string) => character === '(' ? '%28' : '%29'
