import type { Detect } from '../../../shared/text/guessing.ts'
import { loadPart } from '../network/loadPart.ts'

/** Its tables are heavier than all of the app. */
export const loadDetector = () => loadPart(() => import('jschardet'))

export const detectEncoding: Detect = async (sample, among) => {
  const { detectAll } = await loadDetector()
  return detectAll(sample, { detectEncodings: [...among], minimumThreshold: 0.001 })
}
