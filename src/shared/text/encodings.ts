/** How bytes can be read as text: by the names of the Encoding Standard (encoding.spec.whatwg.org) in lower case, and UTF-32. */
export const ENCODINGS = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'utf-32le': 'UTF-32 LE',
  'utf-32be': 'UTF-32 BE',
  'windows-1252': 'Windows-1252',
  'iso-8859-15': 'ISO-8859-15',
  'macintosh': 'Macintosh',
  'windows-1250': 'Windows-1250',
  'iso-8859-2': 'ISO-8859-2',
  'windows-1251': 'Windows-1251',
  'koi8-r': 'KOI8-R',
  'koi8-u': 'KOI8-U',
  'iso-8859-5': 'ISO-8859-5',
  'ibm866': 'IBM866',
  'x-mac-cyrillic': 'Mac Cyrillic',
  'windows-1253': 'Windows-1253',
  'iso-8859-7': 'ISO-8859-7',
  'windows-1254': 'Windows-1254',
  'windows-1255': 'Windows-1255',
  'iso-8859-8': 'ISO-8859-8',
  'windows-1256': 'Windows-1256',
  'iso-8859-6': 'ISO-8859-6',
  'windows-1257': 'Windows-1257',
  'iso-8859-4': 'ISO-8859-4',
  'iso-8859-13': 'ISO-8859-13',
  'iso-8859-3': 'ISO-8859-3',
  'iso-8859-10': 'ISO-8859-10',
  'iso-8859-14': 'ISO-8859-14',
  'windows-1258': 'Windows-1258',
  'windows-874': 'Windows-874',
  'shift_jis': 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'iso-2022-jp': 'ISO-2022-JP',
  'gb18030': 'GBK (GB18030)',
  'big5': 'Big5',
  'euc-kr': 'EUC-KR',
} as const

export type Encoding = keyof typeof ENCODINGS

export const isEncoding = (name: string): name is Encoding => Object.hasOwn(ENCODINGS, name)

/** What a file or a sender calls an encoding ("latin1", "x-sjis") -> the one that is meant; undefined where it is not known. */
export function encodingOf(label: string): Encoding | undefined {
  try {
    const { encoding } = new TextDecoder(label)
    const known = encoding === 'gbk' ? 'gb18030' : encoding // the second is the first, and more
    return isEncoding(known) ? known : undefined
  }
  catch {
    return undefined
  }
}
