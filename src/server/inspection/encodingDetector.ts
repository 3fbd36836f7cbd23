import type { Detect } from '../../shared/text/guessing.ts'

/** Loaded with the first text that is not UTF-8: its tables are large, and most servers meet none. */
export const detectEncoding: Detect = async (sample, among) => {
  const { detectAll } = await import('jschardet')
  return detectAll(sample, { detectEncodings: [...among], minimumThreshold: 0.001 })
}
