import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import { LIMITS } from '../../../../shared/attachments.ts'
import { AgentError, type Turn } from '../../agent.ts'
import { attachedFiles, type AttachedFile } from '../../attachedFiles.ts'
import { reasonOfWhole } from './claudeErrors.ts'
import { readToken } from './claudeToken.ts'

/** What the SDK says of an answer that is an error. Its published types leave out what is optional here. */
const ErrorFrame = z.object({
  uuid: z.string(),
  error: z.string(),
  api_error_params: z.object({ media: z.string().optional(), media_reason: z.string().optional() }).optional(),
  message: z.object({ content: z.array(z.object({ text: z.string().optional() })) }),
})

/** Looks up the API's own words about one entry of a conversation; the SDK hands on a paraphrase only. */
export type FindWords = (entry: string) => Promise<string | undefined>

/** What the API says of a file, in the words of the person. The first one that fits counts. */
const REASONS: [says: RegExp, reason: string][] = [
  [/does not match|specified using the/i, 'its content is of another type than it says'],
  [/password/i, 'it needs a password, or its author restricts what may be done with it; print it to a new PDF, where that is allowed'],
  [/PDF pages|PDF too large/i, `it has too many pages (${LIMITS.pdfPages} are possible)`],
  [/PDF\b.*not valid|process (?:PDF|this document)/i, 'it is not a PDF that can be opened'],
  [/cannot be empty|is empty/i, 'it is empty'],
  [/invalid base64/i, 'it arrived damaged'],
  [/many-image/i, `among many images it may have at most ${LIMITS.imageEdge} pixels on its longer side`],
  [/dimensions exceed/i, 'it has too many pixels'],
  [/image exceeds|image was too large/i, 'it is too large'],
  [/could not (?:process|be processed)/i, 'it could not be read'],
]

const TOO_MUCH = 'Claude refused this message: with its files the conversation holds more images and PDF pages than it takes. Send fewer of them, or begin a new session.'

/** What is known of an error that may be about a file. */
interface Refusal {
  /** The SDK's paraphrase. */
  said: string
  /** The API's own. */
  words: string
  media?: string
  /** About all files together. */
  isBudget: boolean
}

/** The failure of a turn whose own files were refused. Undefined where it is about something else, or about older files. */
export async function refusedFile(message: SDKMessage, turn: Turn, findWords: FindWords): Promise<AgentError | undefined> {
  const refusal = await readRefusal(message, findWords)
  if (!refusal)
    return undefined
  const suspects = placed(attachedFiles(turn.content).filter(isOf(kindIn(refusal))), turn, refusal.words)
  if (suspects.length === 0)
    return undefined
  return refusal.isBudget ? rejection(TOO_MUCH) : rejectionOf(suspects, refusal)
}

async function readRefusal(message: SDKMessage, findWords: FindWords): Promise<Refusal | undefined> {
  const { data: frame } = ErrorFrame.safeParse(message)
  const said = frame?.message.content[0]?.text ?? ''
  if (frame?.error !== 'invalid_request' || reasonOfWhole(said))
    return undefined
  const { media, media_reason } = frame.api_error_params ?? {}
  return { said, words: await findWords(frame.uuid) ?? said, media, isBudget: media_reason === 'media_budget' }
}

function rejectionOf(suspects: readonly AttachedFile[], { words, said }: Refusal) {
  const reasonIn = (text: string) => REASONS.find(([says]) => says.test(text))?.[1]
  const [only, ...others] = suspects
  return rejection(
    `Claude refused ${namesOf(suspects)}: ${reasonIn(words) ?? reasonIn(said) ?? 'it could not be used'}. The conversation goes on without this message; send it again without that file.`,
    others.length ? undefined : only?.name,
  )
}

const rejection = (sentence: string, filename?: string) =>
  new AgentError(sentence, { code: 'attachment_rejected_by_agent', filename })

const kindIn = ({ isBudget, words, said, media }: Refusal): Kind | undefined => isBudget ? 'media' : kindOf(words, media) ?? kindOf(said)

const PLACE = /messages\.(\d+)\.content\.(\d+)\.(image|pdf|document)\b/

type Kind = 'image' | 'pdf' | 'media'

function kindOf(words: string, media?: string): Kind | undefined {
  const named = PLACE.exec(words)?.[3] ?? media ?? /image|pdf|document/i.exec(words)?.[0].toLowerCase()
  return named === undefined || named === 'image' ? named : 'pdf'
}

const isOf = (kind: Kind | undefined) => ({ block }: AttachedFile) =>
  (kind !== 'pdf' && block.type === 'image')
  || (kind !== 'image' && block.type === 'document' && block.source.type === 'base64')

/** The one where the API says its place, else all that it may be. */
function placed(files: readonly AttachedFile[], { resume }: Turn, words: string): readonly AttachedFile[] {
  const [, message, block] = PLACE.exec(words) ?? []
  const { resume: session, resumeSessionAt: entry } = readToken(resume)
  if (message === undefined || (session !== undefined && entry === undefined))
    return files // after a turn that was stopped, its message and this one are one to the API: it counts differently
  const isOlder = (message === '0') !== (session === undefined)
  return isOlder ? [] : files.filter(({ index }) => index === Number(block))
}

function namesOf(files: readonly AttachedFile[]) {
  const names = files.map(({ name }) => `“${name}”`)
  if (names.length > 3)
    return `one of the ${names.length} files that it may be`
  return names.length === 1 ? names[0] : `one of ${names.join(', ')}`
}
