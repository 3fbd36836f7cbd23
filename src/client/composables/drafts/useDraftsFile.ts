import { computed, ref } from 'vue'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useUnsentStore } from '../../stores/unsent.ts'
import { isoDay } from '../../utils/text/dates.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { DRAFTS_PAGE } from './useDraftList.ts'

type ImportReport = Parameters<Parameters<ReturnType<typeof useUnsentStore>['importFile']>[1]>[0]

/** Milliseconds that a browser may take to begin a download. */
const DOWNLOAD_BEGINS = 60_000

/** All drafts out as one file, and in from one. What comes of it is told on the page of drafts. */
export function useDraftsFile() {
  const notices = useNoticesStore()
  const unsent = useUnsentStore()
  const exporting = ref(false)
  /** How much of the file is imported, 0 to 1; undefined while nothing is. */
  const progress = computed(() => unsent.importing)
  const canExport = computed(() => unsent.sendable.length > 0)

  async function exportAll(): Promise<void> {
    notices.clear(DRAFTS_PAGE)
    exporting.value = true
    try {
      const { file, missing } = await unsent.exportAll()
      download(file, `satchel-drafts-${isoDay(Date.now())}.json`)
      const edits = unsent.entries.filter(({ isEdit }) => isEdit).length
      if (edits)
        notices.tell(DRAFTS_PAGE, `${count(edits, 'edit')} of sent messages ${edits === 1 ? 'is' : 'are'} not in the export: send or copy ${edits === 1 ? 'it' : 'them'} here.`, 'neutral')
      if (missing)
        notices.tell(DRAFTS_PAGE, `${count(missing, 'file')} ${missing === 1 ? 'is' : 'are'} not in the export: still being prepared, or no longer on this device.`, 'warning')
    }
    catch (error) {
      console.error(error)
      notices.tell(DRAFTS_PAGE, `The drafts could not be exported: ${(error as Error).message}. Try it again.`)
    }
    exporting.value = false
  }

  async function importFile(file: File): Promise<void> {
    if (progress.value !== undefined)
      return
    notices.clear(DRAFTS_PAGE)
    let last: ImportReport | undefined
    try {
      await unsent.importFile(file, (report) => {
        last = report
      })
      tellResult(file.name, last)
    }
    catch (error) {
      tellResult(file.name, last)
      tellFailure(file.name, error)
    }
  }

  function tellResult(filename: string, report: ImportReport | undefined) {
    if (!report)
      return
    const name = nameInSentence(filename)
    const { drafts, messages, files, problems } = report
    const parts = [
      drafts.length && count(drafts.length, 'draft'),
      messages && count(messages, 'message'),
      files && count(files, 'file'),
    ].filter(part => typeof part === 'string')
    if (parts.length)
      notices.tell(DRAFTS_PAGE, `Imported from ${name}: ${parts.join(', ')}.`, 'neutral')
    else if (!problems.length && report.done)
      notices.tell(DRAFTS_PAGE, `Everything in ${name} is here already.`, 'neutral')
    for (const problem of problems)
      notices.tell(DRAFTS_PAGE, problem, 'warning')
  }

  function tellFailure(name: string, error: unknown) {
    if (error instanceof FileRejectedError)
      return notices.tell(DRAFTS_PAGE, error.message)
    console.error(error)
    notices.tell(DRAFTS_PAGE, `${nameInSentence(name)} was not imported to its end: ${(error as Error).message}. What was imported stays; import it again for the rest.`)
  }

  return { exporting, progress, canExport, exportAll, importFile }
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

function download(file: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_BEGINS)
}
