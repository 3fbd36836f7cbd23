import { readDraftsFile } from '../../utils/exchange/draftsFile.ts'
import type { Entry } from '../../utils/exchange/entries.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { createImport } from './importedEntries.ts'

/** What an import has done so far. */
export interface ImportReport {
  /** Bytes of the file. */
  read: number
  done: boolean
  /** The sessions whose draft was added to. */
  drafts: string[]
  messages: number
  files: number
  /** What was left out and why, a sentence each. */
  problems: string[]
}

/**
 * Imports a file entry by entry, and tells after each how far it is. What was imported stays, whatever comes after it.
 * @throws FileRejectedError where it is no such file
 */
export async function* importDrafts(file: File): AsyncGenerator<ImportReport> {
  const importing = createImport()
  const report = (read: number, done = false): ImportReport => ({ ...importing.result(), read, done })
  let begun = false
  try {
    for await (const { entry, end } of readDraftsFile(file)) {
      begun = true
      await take(entry)
      yield report(end)
    }
  }
  catch (error) {
    if (!begun || !(error instanceof FileRejectedError))
      throw error
    importing.tell(error.message) // it ends early: what stands before is good
  }
  await importing.close()
  yield report(file.size, true)

  function take(entry: Entry | undefined) {
    if (!entry)
      return importing.takeDamaged()
    return entry.kind === 'file' ? importing.takeFile(entry) : importing.open(entry)
  }
}
