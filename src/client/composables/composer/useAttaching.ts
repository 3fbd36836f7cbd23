import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { shortName } from '../../../shared/plainText.ts'
import { useDataStore } from '../../stores/data.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { chooseFile } from '../../utils/files/chooseFile.ts'
import { fileRemark, readingNotice } from '../../utils/attachments/attachmentText.ts'
import { lossNotice } from '../../utils/attachments/conversionText.ts'
import { MissingPartError } from '../../utils/network/loadPart.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'

/** How files become attachments of any session's draft, whichever is open. */
export function useAttaching() {
  const data = useDataStore()
  const notices = useNoticesStore()

  /**
   * Takes every file it can, side by side; one bad file never costs the good ones. Which one was not
   * taken, and why, is told in that session.
   * @returns the names of those that were not taken
   */
  async function attach(sessionId: string, files: Iterable<File>): Promise<string[]> {
    const given = Array.from(files)
    const added = data.addAttachments(sessionId, given)
    const rejected = await Promise.all(added.map(async (adding, i) => await follow(sessionId, given[i] as File, adding) ? [] : [given[i]?.name ?? '']))
    return rejected.flat()
  }

  /** Tells what becomes of one. @returns whether it was taken */
  async function follow(session: string, file: File, adding: Promise<AttachmentView | undefined>): Promise<boolean> {
    const earlier = new Set(notices.allOf(session).filter(({ rejected }) => rejected === file.name).map(({ id }) => id))
    try {
      const added = await adding
      notices.withdraw(session, ({ id }) => earlier.has(id)) // it was tried again, as they advised
      if (added)
        await tellOf(session, added)
      return true
    }
    catch (error) {
      const action = error instanceof FileRejectedError && error.fitsFolder ? folderOffer(session, file) : undefined
      notices.tell(session, reasonOf(error, file), 'danger', { rejected: file.name, action })
      return false
    }
  }

  /** What a person should know of it. Where that does not come, the file says it itself. */
  async function tellOf(session: string, added: AttachmentView) {
    const later = await data.loadLater().catch(() => undefined)
    later?.addedNotices(added, { fileRemark, readingNotice, lossNotice }).forEach(([text, tone = 'neutral']) => notices.tell(session, text, tone, { about: added.id }))
  }

  const putIntoFolder = (session: string, file: File) => follow(session, file, data.addAttachment(session, file, true))

  const folderOffer = (session: string, file: File) => ({
    label: `Put ${shortName(file.name)} into the agent's folder`,
    run: () => void putIntoFolder(session, file),
  })

  /** The same of one that an earlier page was given: it is chosen once more. */
  const laterFolderOffer = (session: string, name: string) => ({
    label: `Choose ${shortName(name)} again, for the agent's folder`,
    async run() {
      const file = await chooseFile()
      if (file)
        await putIntoFolder(session, file)
    },
  })

  /** What the server holds already, by reference. */
  async function attachStored(session: string, file: AttachmentView): Promise<void> {
    try {
      await data.addStored(session, file)
    }
    catch (error) {
      notices.tell(session, reasonOf(error, file), 'danger', { rejected: file.name })
    }
  }

  return { attach, attachStored, follow, laterFolderOffer }
}

function reasonOf(error: unknown, { name }: { name: string }): string {
  if (error instanceof FileRejectedError)
    return error.message
  if (error instanceof MissingPartError)
    return `${name} was not attached. ${error.message}`
  console.error(error)
  return `${name} was not attached: ${(error as Error).message}. Try it again.`
}
