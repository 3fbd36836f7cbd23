import type { Encoding } from './encodings.ts'

/** For whom an encoding was made, beside its name in a list to choose from. */
export const WRITERS: Partial<Record<Encoding, string>> = {
  'windows-1252': 'Western European', 'iso-8859-15': 'Western European', 'macintosh': 'Western European',
  'windows-1250': 'Central European', 'iso-8859-2': 'Central European',
  'windows-1251': 'Cyrillic', 'koi8-r': 'Russian', 'koi8-u': 'Ukrainian', 'iso-8859-5': 'Cyrillic', 'ibm866': 'Cyrillic, DOS', 'x-mac-cyrillic': 'Cyrillic',
  'windows-1253': 'Greek', 'iso-8859-7': 'Greek', 'windows-1254': 'Turkish',
  'windows-1255': 'Hebrew', 'iso-8859-8': 'Hebrew', 'windows-1256': 'Arabic', 'iso-8859-6': 'Arabic',
  'windows-1257': 'Baltic', 'iso-8859-4': 'Baltic', 'iso-8859-13': 'Baltic',
  'iso-8859-3': 'Southern European', 'iso-8859-10': 'Nordic', 'iso-8859-14': 'Celtic',
  'windows-1258': 'Vietnamese', 'windows-874': 'Thai',
  'shift_jis': 'Japanese', 'euc-jp': 'Japanese', 'iso-2022-jp': 'Japanese',
  'gb18030': 'Chinese, simplified', 'big5': 'Chinese, traditional', 'euc-kr': 'Korean',
}
