import { formatBytes, isImageMimeType } from '../../../shared/attachments.ts'
import { answerTo } from '../../../shared/parts/answers.ts'
import type { Attachment } from '../../../shared/protocol/attachment.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { shownName } from '../../../shared/plainText.ts'
import { shownAuthor, shownDecision } from '../../sessions/shownMessage.ts'
import type { ShownReply } from '../../sessions/shownReplies.ts'
import { escaped } from './html.ts'
import type { PageText } from './readersMarkdown.ts'

/** For who reads it where no script runs; the page's own makes the reader's time of it. */
const inWords = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const timeOf = (iso: string) => `<time datetime="${escaped(iso)}">${escaped(inWords.format(new Date(iso)))} UTC</time>`
const folded = (title: string, text: string) => `<details><summary>${escaped(title)}</summary><pre>${escaped(text)}</pre></details>`
const ownText = (text: string) => text && `<div class="own" dir="auto">${escaped(text)}</div>`
const note = (text: string) => `<p class="note">${escaped(text)}</p>`

interface Around {
  /** Where its files are, with a slash at the end. */
  filesAt: string
  /** Makes HTML of a text, whose id is its own on the page. */
  words: PageText
  /** What it belongs to, as HTML. */
  reply: string
}

/** What a message belongs to that does not stand right above it, as a link to there. */
export const replyLine = (reply: ShownReply | undefined, placeOf: (reply: ShownReply) => string): string =>
  reply ? `<p class="note"><a href="${escaped(placeOf(reply))}">${escaped(reply.lead)}${reply.quoted === undefined ? '' : ` “<bdi>${escaped(reply.quoted)}</bdi>”`}</a></p>` : ''

/** One message as HTML. */
export function sharedMessage(message: Message, { filesAt, words, reply }: Around): string {
  const isAgents = message.role === 'assistant'
  const author = isAgents || message.author ? shownAuthor(message) : 'Person' // who reads this is nobody's "You"
  const parts = message.parts.length ? message.parts.map(part => partOf(part, (text, id) => words(text, `${message.id}-${id}`))).join('\n') : words(message.text, message.id)
  const files = filesOf(message.attachments, filesAt)
  return `<article id="${escaped(message.id)}" aria-label="${escaped(author)}"${isAgents ? '' : ' class="person"'}><header>${escaped(author)} ${timeOf(message.createdAt)}</header>
${reply}${isAgents ? parts : ownText(message.text)}
${message.truncated ? note('The rest of this message is too long for this page.') : ''}${message.problem ? note(message.problem.detail) : ''}
${files}</article>`
}

/** Pixels that a picture takes at most, up and down and across: as in the app. One opens it to see it as it is. */
const [ALONE, BESIDE_OTHERS] = [320, 160]

function filesOf(attachments: readonly Attachment[], filesAt: string): string {
  const pictures = attachments.filter(({ mimeType }) => isImageMimeType(mimeType)).length
  const most = pictures > 1 ? BESIDE_OTHERS : ALONE
  const items = attachments.map(attachment => fileOf(attachment, filesAt, most)).join('\n')
  return items && `<ul class="files${pictures > 1 ? ' few' : ''}">${items}</ul>`
}

function fileOf({ id, filename, mimeType, size, caption, ...seen }: Attachment, filesAt: string, most: number): string {
  const name = escaped(shownName(filename))
  const address = escaped(filesAt + encodeURIComponent(id))
  const picture = isImageMimeType(mimeType) ? `<a href="${address}"><img src="${address}" alt="${caption ? escaped(caption) : name}"${roomFor(seen, most)} loading="lazy"></a>` : ''
  const said = caption ? `<p class="caption" dir="auto">${escaped(caption)}</p>` : ''
  return `<li${picture ? '' : ' class="document"'}>${picture}${said}<a href="${address}"><bdi>${name}</bdi></a> <span class="note">${escaped(formatBytes(size))}</span></li>`
}

/** What it takes is known before it is there: nothing moves when it comes. Never enlarged. */
function roomFor({ width, height }: Pick<Attachment, 'width' | 'height'>, most: number): string {
  if (!width || !height)
    return ''
  const scale = Math.min(1, most / Math.max(width, height))
  return ` width="${Math.ceil(width * scale)}" height="${Math.ceil(height * scale)}"`
}

const PARTS: { [Type in Part['type']]: (part: Extract<Part, { type: Type }>, words: PageText) => string } = {
  text: ({ id, text }, words) => words(text, id),
  thinking: ({ text }) => folded('Thought', text),
  tool: ({ title, output }) => output?.text ? folded(title, output.text) : note(title),
  question: part => part.questions.map(({ question }) => note(`${question} ${answerTo(part, question)}`)).join('\n'),
  permission: part => note(`${part.title}: ${shownDecision(part)}`),
  tasks: ({ items }) => `<ul>${items.map(({ text, status }) => `<li>${escaped(text)}${status === 'completed' ? ' ✓' : ''}</li>`).join('')}</ul>`,
  notice: ({ text }) => note(text),
}

const partOf = <Type extends Part['type']>(part: Extract<Part, { type: Type }>, words: PageText): string => (PARTS[part.type] as (part: Extract<Part, { type: Type }>, words: PageText) => string)(part, words)
