import { onScopeDispose, shallowRef, watch } from 'vue'
import { MissingPartError } from '../../utils/network/loadPart.ts'
import { openPdf, type OpenPdf } from '../../utils/pdf/pdfDocument.ts'

/** The pages of a PDF, as long as it is looked at. */
export function usePdf(file: () => Blob, on: { ready: () => void, failed: (why?: string) => void }) {
  const pdf = shallowRef<OpenPdf>()
  let request = 0

  function close() {
    request++
    pdf.value?.close()
    pdf.value = undefined
  }

  async function open(wanted: Blob) {
    close()
    const mine = request
    try {
      const opened = await openPdf(wanted)
      if (mine !== request)
        return opened.close()
      pdf.value = opened
      on.ready()
    }
    catch (error) {
      if (mine !== request)
        return
      console.warn('The PDF was not opened:', error)
      on.failed(error instanceof MissingPartError ? error.message : undefined)
    }
  }

  watch(file, open, { immediate: true })
  onScopeDispose(close)

  return pdf
}
