import { LIMITS } from '../../../shared/attachments.ts'
import { sessionTitle } from '../../../shared/titles.ts'
import { uuid } from '../../../shared/uuid.ts'
import * as storage from '../../utils/storage/draftStorage.ts'
import type { MediaEntry } from '../../utils/storage/draftStorage.ts'
import type { DraftEntry, FileEntry, MessageEntry } from '../../utils/exchange/entries.ts'
import { processFile } from '../../utils/files/fileUtils.ts'
import { processWorkspaceFile } from '../../utils/files/workspaceFile.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { importDraftText, importOutboxMessage } from '../../utils/storage/exchange/importStorage.ts'
import { hasOutboxMessage } from '../../utils/storage/outbox/outboxStorage.ts'
import { getDraftText } from '../../utils/storage/textStorage.ts'
import { toThumbnail } from '../media/thumbnails.ts'
import { createImportProblems } from './importProblems.ts'
import { isInDraft } from './sameFile.ts'

/** Why an imported message is not sent by itself: the device that it comes from may be sending it as well. */
const HELD_BACK = 'It was imported and is sent when you say so.'

/** The draft or message whose files come next. */
interface Owner {
  entry: DraftEntry | MessageEntry
  /** How many files are still to come. */
  left: number
  /** What becomes of each. */
  take: (file: MediaEntry) => void | Promise<void>
  /** When the last one was taken. */
  complete: () => void | Promise<void>
  /** When one of them cannot be taken. */
  broken: () => void | Promise<void>
}

const titleOf = ({ title, text }: DraftEntry | MessageEntry) => sessionTitle({ given: title, text })

const NOTHING = () => undefined

/** Puts entries on the device, one after the other: each file goes through the same checks as one that is attached. */
export function createImport() {
  const { tell, told } = createImportProblems()
  const drafts = new Set<string>()
  let messages = 0
  let files = 0
  let owner: Owner | undefined

  /** The files before it are all there are. */
  async function open(entry: DraftEntry | MessageEntry): Promise<void> {
    await close()
    owner = { entry, left: entry.files, take: NOTHING, complete: NOTHING, broken: NOTHING }
    if (entry.kind === 'draft')
      await becomeDraft(owner)
    else if (!await hasOutboxMessage(entry.id))
      becomeMessage(owner, entry)
    if (!entry.files)
      await owner.complete()
  }

  async function becomeDraft(owner: Owner): Promise<void> {
    const { sessionId, text, projectId, title, choice, files } = owner.entry
    owner.take = file => addToDraft(file)
    owner.complete = NOTHING
    owner.broken = NOTHING
    if ((text.trim() || files) && await importDraftText(sessionId, { text, choice }, { projectId, title }))
      drafts.add(sessionId)
  }

  /**
   * It waits for all its files, because it is known to the server by its id: another one under the same id would
   * be lost. Where it cannot be whole it becomes a draft.
   */
  function becomeMessage(owner: Owner, { kind: _, files: _files, projectId, title, ...message }: MessageEntry) {
    const waiting: MediaEntry[] = []
    let chars = 0
    owner.take = async (file) => {
      waiting.push(file)
      chars += file.media.base64.length + (file.media.readFrom?.base64.length ?? 0)
      if (chars > LIMITS.frameBytes) // more than one message can be: not held in memory either
        await owner.broken()
    }
    owner.complete = async () => {
      const medias = waiting.map(({ media, thumbnail }) => ({ media, thumbnail }))
      if (await importOutboxMessage({ ...message, projectId, problem: HELD_BACK }, medias, { projectId, title })) {
        messages += 1
        files += medias.length
      }
    }
    owner.broken = async () => {
      tell(`A message in “${titleOf(owner.entry)}” is not whole: what is good of it is a draft now.`)
      await becomeDraft(owner)
      for (const file of waiting)
        await addToDraft(file)
    }
  }

  async function addToDraft({ media, thumbnail }: MediaEntry): Promise<void> {
    const { mediaIds } = await getDraftText(media.sessionId)
    if (await isInDraft(media, mediaIds))
      return
    if (mediaIds.length >= LIMITS.attachmentsPerMessage)
      return tell(`${media.name} was left out: a message holds at most ${LIMITS.attachmentsPerMessage} files.`)
    await storage.saveDraftMedias([{ media, thumbnail }])
    drafts.add(media.sessionId)
    files += 1
  }

  async function takeFile({ name, bytes, intoFolder, encoding, caption }: FileEntry): Promise<void> {
    if (!owner?.left)
      return tell(`${name} was left out: what it belongs to is damaged.`)
    try {
      const process = intoFolder === undefined ? processFile : processWorkspaceFile
      const { media, thumbnail } = await process(new File([bytes], name, { type: intoFolder ?? (encoding && `text/plain;charset=${encoding}`) }), owner.entry.sessionId, uuid())
      await owner.take({ media, thumbnail: { ...toThumbnail(media, thumbnail), caption } })
    }
    catch (error) {
      if (!(error instanceof FileRejectedError))
        throw error
      tell(error.message)
      await owner.broken()
    }
    await count()
  }

  /** It is one of the files that are still to come, or it is not known what it was. */
  async function takeDamaged(): Promise<void> {
    tell(owner?.left ? `A file of “${titleOf(owner.entry)}” is damaged and was left out.` : 'A part of this file is damaged and was left out.')
    if (!owner?.left)
      return
    await owner.broken()
    await count()
  }

  async function count() {
    if (owner && --owner.left === 0)
      await owner.complete()
  }

  /** No more files of the last one will come. */
  async function close(): Promise<void> {
    if (owner?.left) {
      tell(`Files of “${titleOf(owner.entry)}” are missing: ${owner.left} of ${owner.entry.files}.`)
      await owner.broken()
    }
    owner = undefined
  }

  const result = () => ({ drafts: [...drafts], messages, files, problems: told() })

  return { open, takeFile, takeDamaged, close, tell, result }
}
