import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { base64Length } from '../../../shared/base64.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import { listOf } from '../../../shared/collections/listOf.ts'
import { imageTokens } from './imageTokens.ts'
import { toCut } from './pdfToCut.ts'

/** A message against the limits, before it is sent. Figures are estimates, a little too high rather than too low. */
export interface Budget {
  /** As it will travel. */
  bytes: number
  /** Of the files for the agent's folder, which cost the message nothing but its way. */
  folderBytes: number
  /** Images and PDF pages of this message, and of the session before it. */
  media: number
  mediaBefore: number
  tokens: number
  /** More than half of a limit is taken: worth a person's while. */
  isClose: boolean
  /** What breaks a limit: a sentence that names the files, and those files. */
  problems: BudgetProblem[]
}

export interface BudgetProblem {
  text: string
  /** Leaving these out would do. */
  remove: readonly AttachmentView[]
  /** Making these smaller may do. */
  reduce: readonly AttachmentView[]
  /** Keeping some of its pages would do. */
  cut?: AttachmentView
  /** Attaching the text as a file would do. */
  attachText?: boolean
}

/** Bytes of JSON around each attachment, and around the message. */
const FRAME_BYTES = 300
/** Tokens of a PDF's page, its text and its picture together; the documentation says 1,500 to 3,000. */
const TOKENS_PER_PAGE = 2250
/** Tokens of the sentence that names a file to the agent, without its name. */
const TOKENS_PER_NAME = 60
/** English has about four characters to a token. */
const CHARS_PER_TOKEN = 4
/** Files that a sentence names, before it counts the others. */
const NAMED = 3
/** Bytes under which making a picture smaller gains nothing worth it. */
const REDUCIBLE_BYTES = 300_000

export function messageBudget(text: string, attachments: readonly AttachmentView[], mediaBefore = 0): Budget {
  const sum = (of: (view: AttachmentView) => number, views = attachments) => views.reduce((total, view) => total + of(view), 0)
  const textBytes = new TextEncoder().encode(text).length
  const bytes = FRAME_BYTES + textBytes + sum(bytesOf)
  const folderBytes = sum(folderBytesOf)
  const media = sum(mediaOf)
  const tokens = Math.ceil(text.length / CHARS_PER_TOKEN) + sum(tokensOf)
  const shares = [bytes / LIMITS.messageBytes, (bytes + folderBytes) / LIMITS.frameBytes, (media + mediaBefore) / LIMITS.mediaPerConversation, textBytes / LIMITS.messageTextBytes]
  const cut = toCut(attachments)
  const rest = attachments.filter(view => !cut.some(problem => problem.cut === view)) // what is to be cut is told once
  const problems = [...tooLong(textBytes), ...cut, ...tooLarge(bytes, attachments), ...tooLargeToTravel(bytes, attachments), ...tooMany(sum(mediaOf, rest), mediaBefore, rest)]
  return {
    bytes, folderBytes, media, mediaBefore, tokens, isClose: problems.length > 0 || Math.max(...shares) > 0.5, problems,
  }
}

/** What the server has does not travel. */
const bytesOf = ({ kind, size, url }: AttachmentView) =>
  FRAME_BYTES + (kind === 'file' || url ? 0 : kind === 'txt' ? size : base64Length(size))

const folderBytesOf = ({ kind, size, readFrom, url }: AttachmentView) => kind === 'file' && !url ? size : readFrom?.size ?? 0

function mediaOf({ kind, pages = 1 }: AttachmentView) {
  if (kind === 'pdf')
    return Math.min(pages, LIMITS.pdfPages) // it has to be cut
  return kind === 'image' ? 1 : 0
}

function tokensOf({ kind, size, pages = 1, width, height }: AttachmentView) {
  if (kind === 'image')
    return imageTokens({ width, height })
  if (kind === 'pdf')
    return pages * TOKENS_PER_PAGE
  return kind === 'file' ? TOKENS_PER_NAME : Math.ceil(Math.min(size, LIMITS.inlineTextBytes) / CHARS_PER_TOKEN)
}

function tooLong(textBytes: number): BudgetProblem[] {
  return textBytes <= LIMITS.messageTextBytes
    ? []
    : [{ text: `The text is ${formatBytes(textBytes - LIMITS.messageTextBytes)} too long: a message's own text may have ${formatBytes(LIMITS.messageTextBytes)}.`, remove: [], reduce: [], attachText: true }]
}

function tooLarge(bytes: number, attachments: readonly AttachmentView[]): BudgetProblem[] {
  if (bytes <= LIMITS.messageBytes)
    return []
  const remove = fewest(attachments, bytes - LIMITS.messageBytes, bytesOf)
  const what = remove.length ? `Leave out ${names(remove)}, or send the rest in the next message.` : 'Shorten the text.'
  return [{
    text: `This message is ${formatBytes(bytes)} as it travels; the limit is ${formatBytes(LIMITS.messageBytes)}. ${what}`,
    remove,
    reduce: attachments.filter(({ kind, size, url }) => kind === 'image' && size > REDUCIBLE_BYTES && !url),
  }]
}

/** Whatever is in it, a message travels in one frame. */
function tooLargeToTravel(bytes: number, attachments: readonly AttachmentView[]): BudgetProblem[] {
  const travelling = (view: AttachmentView) => base64Length(folderBytesOf(view))
  const all = bytes + attachments.reduce((total, view) => total + travelling(view), 0)
  if (all <= LIMITS.frameBytes || bytes > LIMITS.messageBytes)
    return []
  const remove = fewest(attachments.filter(view => folderBytesOf(view) > 0), all - LIMITS.frameBytes, travelling)
  return [{
    text: `With the files for the agent's folder this message is ${formatBytes(all)} as it travels; ${formatBytes(LIMITS.frameBytes)} are possible. Leave out ${names(remove)}, or send the rest in the next message.`,
    remove,
    reduce: [],
  }]
}

function tooMany(media: number, before: number, attachments: readonly AttachmentView[]): BudgetProblem[] {
  const excess = media + before - LIMITS.mediaPerConversation
  if (excess <= 0 || media === 0)
    return []
  const remove = fewest(attachments.filter(view => mediaOf(view) > 0), excess, mediaOf)
  const held = before ? ` (${before} of them sent before)` : ''
  return [{
    text: `${media + before} images and pages${held} are more than the ${LIMITS.mediaPerConversation} that a conversation holds. Leave out ${names(remove)}, or begin a new session.`,
    remove,
    reduce: [],
  }]
}

/** The largest first, until what they amount to is enough. */
export function fewest(attachments: readonly AttachmentView[], excess: number, of: (view: AttachmentView) => number): AttachmentView[] {
  const chosen: AttachmentView[] = []
  let gained = 0
  for (const view of [...attachments].sort((a, b) => of(b) - of(a))) {
    if (gained >= excess)
      break
    chosen.push(view)
    gained += of(view)
  }
  return chosen
}

const names = (attachments: readonly AttachmentView[]) => listOf(attachments.map(({ name, size }) => `${nameInSentence(name)} (${formatBytes(size)})`), NAMED)

/** "3 images or pages of 100 · 5.2 of 30 MB · about 6,400 tokens" */
export function budgetLine({ bytes, folderBytes, media, mediaBefore, tokens }: Budget): string {
  const of = `of ${LIMITS.mediaPerConversation} images and pages`
  return [
    media && (mediaBefore ? `${media + mediaBefore} ${of}, ${mediaBefore} sent before` : `${media} ${of}`),
    `${formatBytes(bytes)} of ${formatBytes(LIMITS.messageBytes)}`,
    folderBytes > 0 && `${formatBytes(folderBytes)} for the agent's folder`,
    `about ${roughly(tokens).toLocaleString('en')} tokens`,
  ].filter(Boolean).join(' · ')
}

/** Two digits: an estimate should not look like a count. */
function roughly(tokens: number) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(tokens || 1)) - 1)
  return Math.round(tokens / step) * step
}
