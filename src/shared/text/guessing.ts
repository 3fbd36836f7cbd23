import { decode } from './decoding.ts'
import type { Encoding } from './encodings.ts'
import { halfWidthKana, hasOnlyKana } from './halfWidthKana.ts'
import { plausibility, plausibilityOfChinese } from './plausibility.ts'

/** What a detector thinks of bytes. */
interface Guess {
  /** As the detector calls it. */
  encoding: string | null
  /** From 0 to 1, though small for short texts. */
  confidence: number
}

/** Asks a detector of encodings, which is heavy and each side's own to load, for all it thinks possible. */
export type Detect = (sample: Uint8Array, among: readonly string[]) => Promise<readonly Guess[]>

/** What is asked for, by the detector's names. Without those that nobody meets, which take short texts from those that everybody does. */
const CANDIDATES: Record<string, Encoding> = {
  'windows-1250': 'windows-1250', 'windows-1251': 'windows-1251', 'windows-1252': 'windows-1252', 'windows-1253': 'windows-1253',
  'windows-1254': 'windows-1254', 'windows-1255': 'windows-1255', 'windows-1256': 'windows-1256', 'windows-1257': 'windows-1257',
  'cp1258': 'windows-1258', 'koi8-r': 'koi8-r', 'koi8-u': 'koi8-u', 'iso-8859-2': 'iso-8859-2', 'iso-8859-5': 'iso-8859-5',
  'iso-8859-6': 'iso-8859-6', 'iso-8859-7': 'iso-8859-7', 'iso-8859-8': 'iso-8859-8', 'iso-8859-9': 'windows-1254',
  'ibm866': 'ibm866', 'maccyrillic': 'x-mac-cyrillic', 'cp932': 'shift_jis', 'euc-jis-2004': 'euc-jp', 'euc-jp': 'euc-jp',
  'gb18030': 'gb18030', 'big5': 'big5', 'cp949': 'euc-kr', 'tis-620': 'windows-874', 'cp874': 'windows-874',
}

/** Most of what is met is Windows-1252, and hardly anything Mac Cyrillic; the detector does not know that. */
const HOW_COMMON: Partial<Record<Encoding, number>> = { 'windows-1252': 1.3, 'windows-1253': 1.02, 'x-mac-cyrillic': 0.7 }

/** How many times more likely than the next the best one has to be, and bytes beyond ASCII, for nobody to be asked. */
const CLEAR = 1.4
const ENOUGH = 3

/** Bytes. Four times as many take four times as long and tell no more. */
const SAMPLE = 16 * 1024

/** The most likely encoding of a text that is not UTF-8. */
export async function guessEncoding(bytes: Uint8Array, detect: Detect): Promise<{ encoding: Encoding, certain: boolean }> {
  const sample = sampleOf(bytes)
  const kana = halfWidthKana(sample)
  if (kana === 'likely') // no detector knows them
    return { encoding: 'shift_jis', certain: false }
  const { encoding, certain } = await bestOf(sample, detect)
  const isAnyLetters = kana === 'possible' || (encoding === 'shift_jis' && hasOnlyKana(sample))
  return { encoding, certain: certain && !isAnyLetters }
}

async function bestOf(sample: Uint8Array, detect: Detect): Promise<{ encoding: Encoding, certain: boolean }> {
  const ranked = (await detect(sample, Object.keys(CANDIDATES)))
    .flatMap(({ encoding: name, confidence }) => {
      const encoding = CANDIDATES[name?.toLowerCase() ?? '']
      if (!encoding)
        return []
      const { text } = decode(sample, encoding)
      return { encoding, text, score: confidence * likelihood(encoding, text) }
    })
    .sort((a, b) => b.score - a.score)
  const best = ranked[0]
  if (!best)
    return { encoding: 'windows-1252', certain: false }
  const rival = ranked.find(({ text }) => text !== best.text)
  const foreign = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0)
  return { encoding: best.encoding, certain: foreign >= ENOUGH && best.score >= CLEAR * (rival?.score ?? 0) }
}

function likelihood(encoding: Encoding, text: string): number {
  return (HOW_COMMON[encoding] ?? 1) * plausibility(text) * (encoding === 'gb18030' ? plausibilityOfChinese(text) : 1)
}

/** The lines that tell something: those beyond ASCII. A line break is never a part of another character. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(Math.min(bytes.length, SAMPLE))
  let length = 0
  for (let start = 0; start < bytes.length && length < sample.length;) {
    const end = bytes.indexOf(0x0A, start) + 1 || bytes.length
    const line = bytes.subarray(start, Math.min(end, start + sample.length - length))
    if (line.some(byte => byte >= 0x80)) {
      sample.set(line, length)
      length += line.length
    }
    start = end
  }
  return sample.subarray(0, length)
}
