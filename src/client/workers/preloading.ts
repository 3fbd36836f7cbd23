import { loadOfficeReaders } from '../utils/files/officeDocument.ts'
import { loadHeicConverter } from '../utils/images/foreign/decoders.ts'
import { loadPdfReader } from '../utils/pdf/pdf.ts'
import { loadDetector } from '../utils/text/encodingDetector.ts'
import { loadPdfCutter } from './media/changes/changeTasks.ts'

/** What attaching needs, before somebody does: the server may be away then, or have a newer app. What does not come now is loaded when it is needed. */
export async function preload(): Promise<void> {
  await Promise.allSettled([loadPdfReader(), loadHeicConverter(), loadDetector(), loadOfficeReaders(), loadPdfCutter()])
}
