import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { DEFAULT_PROJECT } from '../../../shared/defaults.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import { isEncoding, type Encoding } from '../../../shared/text/encodings.ts'
import { base64ToBytes, bytesToBase64 } from '../../../shared/base64.ts'
import { LineTooLongError, readLines } from './blobLines.ts'
import { isId, isRecord, isText, toChoice } from './entryFields.ts'
import { FileRejectedError } from '../limits/rejection.ts'

/*
 * Drafts as one file, to be taken elsewhere. It is JSON; every entry stands on a line of its own, so that it can be
 * written and read piece by piece, however large it is: a draft or message, then its files, then the next one.
 */

const FORMAT = 'satchel-drafts'
const VERSION = 1

interface Unsent {
  sessionId: string
  projectId: string
  title?: string
  text: string
  /** Who is to answer it, where a person chose. */
  choice?: AgentChoice
  /** How many entries after this one are its files, in their order. */
  files: number
}

export interface DraftEntry extends Unsent {
  kind: 'draft'
}

/** A message that was sent, and was not accepted yet. */
export interface MessageEntry extends Unsent {
  kind: 'message'
  /** The id under which the server will know it, wherever it is sent from. */
  id: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

export interface FileEntry {
  kind: 'file'
  name: string
  /** For the agent's workspace only, as it is: what it was said to be. */
  intoFolder?: string
  /** Of a text that is not just UTF-8: how it was read. */
  encoding?: Encoding
  bytes: Uint8Array<ArrayBuffer>
}

export type Entry = DraftEntry | MessageEntry | FileEntry

/** Parts of the file, in their order; the bytes of each file become a Blob, which the browser need not hold in memory. */
export async function* writeDraftsFile(entries: AsyncIterable<DraftEntry | MessageEntry | Omit<FileEntry, 'bytes'> & { base64: string }>): AsyncGenerator<Blob> {
  const head = JSON.stringify({ format: FORMAT, version: VERSION, exportedAt: new Date().toISOString(), entries: [] })
  yield new Blob([head.slice(0, -2)])
  let separator = '\n'
  for await (const entry of entries) {
    yield new Blob([separator, JSON.stringify(entry)])
    separator = ',\n'
  }
  yield new Blob(['\n]}\n'])
}

export const encodeText = (text: string): string => bytesToBase64(new TextEncoder().encode(text))

export interface ReadEntry {
  /** Undefined where it is damaged. */
  entry: Entry | undefined
  /** Bytes of the file up to here. */
  end: number
}

/**
 * Everything in it is checked: it may come from anywhere. Damaged entries are handed out as such.
 * @throws FileRejectedError where it is no such file, or ends before its end
 */
export async function* readDraftsFile(file: File): AsyncGenerator<ReadEntry> {
  if (file.size > LIMITS.draftsFileBytes)
    throw new FileRejectedError(`${file.name} is too large: an export of drafts can have at most ${formatBytes(LIMITS.draftsFileBytes)}.`)
  let begun = false
  try {
    for await (const { text, end } of readLines(file, LIMITS.frameBytes)) {
      const line = text.trim()
      if (begun && line === ']}')
        return
      if (begun)
        yield { entry: toEntry(parse(line.replace(/,$/, ''))), end }
      else
        checkHead(file.name, parse(`${line}]}`))
      begun = true
    }
  }
  catch (error) {
    if (!(error instanceof LineTooLongError || error instanceof TypeError))
      throw error
  }
  throw new FileRejectedError(begun ? `${file.name} is damaged, or was not copied whole: it ends in the middle.` : notOurs(file.name))
}

const notOurs = (name: string) => `${name} is not an export of drafts. Choose a file that “Export all” has made.`

function checkHead(name: string, head: unknown): void {
  if (!isRecord(head) || head.format !== FORMAT || typeof head.version !== 'number')
    throw new FileRejectedError(notOurs(name))
  if (head.version > VERSION)
    throw new FileRejectedError(`${name} was made by a newer version of Satchel. Reload this page, or update Satchel here, and import it again.`)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  }
  catch {
    return undefined // damaged, like anything else that is not an entry
  }
}

function toEntry(value: unknown): Entry | undefined {
  if (!isRecord(value))
    return undefined
  switch (value.kind) {
    case 'file': return toFile(value)
    case 'draft': return toDraft(value)
    case 'message': return toMessage(value)
    default: return undefined
  }
}

function toDraft(value: Record<string, unknown>): Entry | undefined {
  const unsent = toUnsent(value)
  return unsent && { kind: 'draft', ...unsent }
}

function toMessage({ id, createdAt, ...value }: Record<string, unknown>): Entry | undefined {
  const unsent = toUnsent(value)
  if (!unsent || !isId(id) || typeof createdAt !== 'number' || createdAt < 0)
    return undefined
  return { kind: 'message', id, createdAt: Math.min(createdAt, Date.now()), ...unsent } // nothing is newer than now
}

function toUnsent({ sessionId, projectId, title, text, choice, files }: Record<string, unknown>): Unsent | undefined {
  if (!isId(sessionId) || typeof text !== 'string' || typeof files !== 'number')
    return undefined
  if (!Number.isInteger(files) || files < 0 || files > LIMITS.attachmentsPerMessage)
    return undefined
  return {
    sessionId, text, files, ...toChoice(choice),
    projectId: isText(projectId, LIMITS.projectIdChars) ? projectId : DEFAULT_PROJECT,
    title: typeof title === 'string' && title.trim() ? Array.from(title).slice(0, LIMITS.sessionTitleChars).join('') : undefined,
  }
}

function toFile({ name, base64, intoFolder, encoding }: Record<string, unknown>): FileEntry | undefined {
  if (!isText(name, LIMITS.filenameChars) || typeof base64 !== 'string')
    return undefined
  try {
    return {
      kind: 'file', name, bytes: base64ToBytes(base64),
      ...typeof intoFolder === 'string' && { intoFolder },
      ...typeof encoding === 'string' && isEncoding(encoding) && { encoding },
    }
  }
  catch {
    return undefined // not base64
  }
}
