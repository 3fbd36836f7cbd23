import { isImageMimeType } from '../../shared/attachments.ts'
import type { Attachment } from '../../shared/protocol/attachment.ts'
import type { Message } from '../../shared/protocol/message.ts'
import { answerTo } from '../../shared/parts/answers.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import type { Session } from '../../shared/protocol/session.ts'
import { shownName } from '../../shared/plainText.ts'
import { safeFilename } from '../inspection/filenames.ts'
import { shownAuthor, shownDecision, shownTime } from '../sessions/shownMessage.ts'
import type { ShownReply } from '../sessions/shownReplies.ts'
import { keptApart } from './keptApart.ts'

const escaped = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>#]/g, character => `\\${character}`)

/** Digits of a place, so that files are listed in the order in which they were sent. */
const DIGITS = { sequence: 4, place: 2 }
/** Of pictures, whose names may still say what they were before they were converted. */
const ENDINGS: Record<string, RegExp> = { 'image/jpeg': /\.jpe?g$/i, 'image/png': /\.png$/i, 'image/gif': /\.gif$/i, 'image/webp': /\.webp$/i }

/** Where a file stands in the archive: its place in the conversation keeps names apart, and no name leaves the folder. */
export const pathOfFile = (message: Message, place: number, file: Pick<Attachment, 'filename' | 'mimeType'>): string =>
  `files/${padded(message.sequence, DIGITS.sequence)}-${padded(place + 1, DIGITS.place)}-${safeFilename(nameByType(file))}`

const padded = (number: number, digits: number) => String(number).padStart(digits, '0')

/** `iphone.HEIC` that is a JPEG by now -> `iphone.HEIC.jpg` */
function nameByType({ filename, mimeType }: Pick<Attachment, 'filename' | 'mimeType'>): string {
  const ending = ENDINGS[mimeType]
  return !ending || ending.test(filename) ? filename : `${filename}.${mimeType === 'image/jpeg' ? 'jpg' : mimeType.replace('image/', '')}`
}

export const headingOf = ({ title, createdAt }: Session): string => `# ${escaped(title)}\n\nBegun on ${shownTime(createdAt)}.\n`

/** What was said and done, a line for each step, and the files below it. What tools were given and returned is in the JSON. */
export function markdownOf(message: Message, reply?: ShownReply): string {
  const files = message.attachments.map((attachment, place) => linkTo(attachment, pathOfFile(message, place, attachment)))
  const ended = message.problem ? [`*${escaped(message.problem.detail)}*`] : []
  return ['', '---', '', `**${escaped(shownAuthor(message))}**, ${shownTime(message.createdAt)}`, ...[reply ? belongsTo(reply) : '', ...saidIn(message), ...ended, files.join('\n')].filter(Boolean).flatMap(part => ['', part]), ''].join('\n')
}

/** Messages stand in the order in which they were sent: what an answer does not stand under is named, with its time. */
const belongsTo = ({ lead, quoted, askedAt }: ShownReply): string =>
  `*${lead}${quoted === undefined ? '' : ` “${escaped(quoted)}”`}${quoted === undefined || askedAt === undefined ? '' : ` of ${shownTime(askedAt)}`}*`

const saidIn = ({ text, parts }: Message): string[] => parts.some(({ type }) => type !== 'text') ? parts.map(wordsOf) : [keptApart(text)]

const step = (text: string) => `*${escaped(text)}*`

function wordsOf(part: Part): string {
  switch (part.type) {
    case 'text': return keptApart(part.text)
    case 'thinking': return step('Thought')
    case 'question': return part.questions.map(({ question }) => [step(question), escaped(answerTo(part, question))].filter(Boolean).join(' ')).join('\n\n')
    case 'permission': return step(`${part.title}: ${shownDecision(part)}`)
    case 'tasks': return part.items.map(({ text, status }) => `- [${status === 'completed' ? 'x' : ' '}] ${escaped(text)}`).join('\n')
    case 'notice': return step(part.text)
    default: return step(part.title)
  }
}

function linkTo({ filename, mimeType, caption }: Attachment, path: string): string {
  const address = path.split('/').map(encodeURIComponent).join('/').replace(/[()]/g, encodedParenthesis)
  return `- ${isImageMimeType(mimeType) ? '!' : ''}[${escaped(caption ?? shownName(filename))}](${address})`
}

const encodedParenthesis = (character: string) => character === '(' ? '%28' : '%29'
