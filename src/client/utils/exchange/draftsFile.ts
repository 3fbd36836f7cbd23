import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { LineTooLongError, readLines } from './blobLines.ts'
import { toEntry, type DraftEntry, type Entry, type FileEntry, type MessageEntry } from './entries.ts'
import { isRecord } from './entryFields.ts'
import { FileRejectedError } from '../limits/rejection.ts'

/*
 * Drafts as one file, to be taken elsewhere. It is JSON; every entry stands on a line of its own, so that it can be
 * written and read piece by piece, however large it is: a draft or message, then its files, then the next one.
 */

const FORMAT = 'satchel-drafts'
const VERSION = 1

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
