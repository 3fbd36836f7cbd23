import { bytesToBase64 } from '../../../shared/base64.ts'
import { encodeText, writeDraftsFile } from '../../utils/exchange/draftsFile.ts'
import type { DraftEntry, MessageEntry } from '../../utils/exchange/entries.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import { getChoice } from '../../utils/storage/choices/choiceStorage.ts'
import { getOutbox } from '../../utils/storage/outbox/outboxStorage.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'

type WithMedias<Entry> = Omit<Entry, 'files'> & { mediaIds: readonly string[] }

/** A draft or message, and where its files are. */
export type Unsent = WithMedias<DraftEntry> | WithMedias<MessageEntry>

/** Who is to answer each, as the device has it. */
async function choiceReader(): Promise<(unsent: Unsent) => Promise<AgentChoice | undefined>> {
  try {
    const sent = new Map((await getOutbox()).map(({ id, choice }) => [id, choice]))
    return async unsent => unsent.kind === 'message' ? sent.get(unsent.id) : getChoice(unsent.sessionId)
  }
  catch (error) {
    console.warn('Which models were chosen could not be read from this device; they are not in the export.', error)
    return async () => undefined
  }
}

/** Builds one file of all of them. One media at a time is in memory. */
export async function buildDraftsFile(unsent: readonly Unsent[], get: (id: string) => Promise<DraftMedia>): Promise<Blob> {
  const parts: Blob[] = []
  for await (const part of writeDraftsFile(entries(unsent, get)))
    parts.push(part)
  return new Blob(parts, { type: 'application/json' })
}

async function* entries(unsent: readonly Unsent[], get: (id: string) => Promise<DraftMedia>) {
  const choiceOf = await choiceReader()
  for (const { mediaIds, ...entry } of unsent) {
    const choice = await choiceOf({ mediaIds, ...entry })
    yield { ...entry, ...choice && { choice }, files: mediaIds.length }
    for (const id of mediaIds) {
      yield toEntry(await get(id))
    }
  }
}

/** The file as it was given, where that is known: what was read from it is read again where it is imported. */
function toEntry({ name, type, mimeType, base64, readFrom, reading, caption }: DraftMedia) {
  const given = readFrom?.base64 ?? (reading ? bytesToBase64(reading.bytes) : type === 'txt' ? encodeText(base64) : base64)
  return {
    kind: 'file' as const, name, base64: given,
    ...caption && { caption },
    ...type === 'file' && { intoFolder: mimeType },
    ...reading?.certain && { encoding: reading.encoding },
  }
}
