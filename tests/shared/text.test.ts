import { describe, expect, test } from 'vitest'
import { detectEncoding } from '../../src/server/inspection/encodingDetector.ts'
import { ENCODINGS, type Encoding } from '../../src/shared/text/encodings.ts'
import { isText, readText, readTextAs } from '../../src/shared/text/readText.ts'
import { legacyBytes, wideBytes } from '../helpers/legacyText.ts'

const read = (bytes: Uint8Array, charset?: string) => readText(bytes, detectEncoding, charset)
const utf8 = (text: string) => new TextEncoder().encode(text)
const RUSSIAN = ['Привет, мир', 'Привет, мир. Это обычный русский текст, который был сохранён в старой кодировке. Никто не знает, почему она до сих пор нужна.']
const JAPANESE = ['これは日本語です', '吾輩は猫である。名前はまだ無い。何でも薄暗い所で泣いていた事だけは記憶している。', '氏名,年齢\n山田たろう,30\n鈴木はなこ,25\n']

/** By the encoding that they are written in: short texts and longer ones. */
const TEXTS: Record<string, string[]> = {
  'windows-1251': [...RUSSIAN, 'Доброго дня, друзі. Цей файл було збережено у старому кодуванні, їх ще багато є в архівах.', 'Здравей, свят. Това е обикновен български текст.'],
  'koi8-r': RUSSIAN,
  'koi8-u': ['Доброго дня, друзі. Цей файл було збережено у старому кодуванні, їх ще багато є в архівах.'],
  'iso-8859-5': RUSSIAN,
  'ibm866': RUSSIAN,
  'shift_jis': JAPANESE,
  'euc-jp': JAPANESE,
  'gb18030': ['姓名,城市\n张三,北京\n', '这是一个简体中文的文本文件，保存的时候使用了旧的编码。现在我们希望它能够被正确地读取出来。'],
  'gbk': ['姓名,年龄,城市\n李四,30,广州\n'],
  'big5': ['你好，世界', '這是一個繁體中文的文字檔案，儲存的時候使用了舊的編碼。', '姓名,城市\n王小明,台北\n'],
  'euc-kr': ['안녕하세요 세계', '이것은 한국어로 작성된 텍스트 파일입니다. 오래된 인코딩으로 저장되었습니다.', '이름,나이\n김철수,30\n'],
  'windows-1250': ['Příliš žluťoučký kůň', 'Příliš žluťoučký kůň úpěl ďábelské ódy.', 'Zażółć gęślą jaźń', 'Dzień dobry, jak się masz? Święta są piękne.', 'Ez egy egyszerű magyar szöveg, amelyet régen mentettek el. Őszintén szólva senki sem tudja, miért.'],
  'iso-8859-2': ['Příliš žluťoučký kůň úpěl ďábelské ódy. Toto je obyčejný český text.', 'Dzień dobry, jak się masz? Ten plik został zapisany w starym kodowaniu. Święta są piękne.'],
  'windows-1252': ['café', 'Le café est prêt', 'À l’été dernier, nous avons mangé des pâtes près de la forêt où vivait mon oncle François.', 'Grüße aus München', 'Die Straße ist heute für größere Fahrzeuge gesperrt. „Schön“, sagte er.', '¿Qué día es mañana?', 'El niño comió una manzana en el jardín de su abuela, y después durmió la siesta.', 'Amanhã a reunião começa às três horas, e você não deve esquecer os relatórios da administração.', 'Perché no? È già così', 'Räksmörgås på ön är något som alla måste äta någon gång.', 'The price is €5 – that’s what the “expert” said.', 'nom,prénom\nLefèvre,Chloé\n'],
  'windows-1253': ['Καλημέρα κόσμε', 'Καλημέρα κόσμε. Αυτό είναι ένα απλό ελληνικό κείμενο. Ά, τώρα το θυμήθηκα.'],
  'iso-8859-7': ['Καλημέρα κόσμε. Αυτό είναι ένα απλό ελληνικό κείμενο. Άρα τώρα το θυμήθηκα.'],
  'windows-1254': ['Bugün hava çok güzel, değil mi? Şimdi çarşıya gidip ekmek, süt ve yoğurt alacağım.'],
  'iso-8859-9': ['Bugün hava çok güzel, değil mi? Sonra da kardeşimle öğle yemeği yiyeceğiz.'],
  'windows-1255': ['שלום עולם', 'שלום עולם. זהו טקסט פשוט בעברית שנשמר בקידוד ישן מאוד.'],
  'windows-1256': ['مرحبا بالعالم', 'مرحبا بالعالم. هذا نص عربي بسيط تم حفظه بترميز قديم جدا، ولا أحد يعرف لماذا.'],
  'windows-1257': ['Tai yra paprastas lietuviškas tekstas, išsaugotas sena koduote, kurios šiandien jau beveik niekas nebenaudoja.'],
  'windows-874': ['สวัสดีชาวโลก', 'นี่คือข้อความภาษาไทยธรรมดาที่ถูกบันทึกด้วยรหัสอักขระแบบเก่า'],
}

describe.each(Object.entries(TEXTS))('a text in %s', (encoding, texts) => {
  test.each(texts)('is read as it was written: %j', async (text) => {
    expect((await read(legacyBytes(text, encoding)))?.text).toBe(text)
  })

  test('is read so whole, however long it is, and whatever comes before', async () => {
    const text = 'id;name;value\n'.repeat(20_000) + `${texts.at(-1)}\n`.repeat(100)
    expect((await read(legacyBytes(text, encoding)))?.text === text).toBe(true)
  })
})

test.each([['windows-1251', RUSSIAN[1]!], ['shift_jis', JAPANESE[0]!], ['gb18030', TEXTS.gb18030![0]!], ['euc-kr', TEXTS['euc-kr']![0]!], ['big5', TEXTS.big5![0]!]])(
  'what is clear is not asked: %s',
  async (encoding, text) => {
    expect(await read(legacyBytes(text, encoding))).toMatchObject({ encoding, certain: true, replaced: 0 })
  },
)

test('what could be one or the other is a question', async () => {
  expect(await read(legacyBytes('café', 'windows-1252'))).toMatchObject({ text: 'café', certain: false })
})

const BANK = 'ｶ)ﾔﾏﾀﾞｼﾖｳｶｲ ﾌﾘｺﾐ 10000\nｶ)ｽｽﾞｷｼﾖｳｼﾞ ﾌﾘｺﾐ 25000\nﾐｽﾞﾎｷﾞﾝｺｳ ﾄｳｷﾖｳ\n'

test.each(['ﾃｽﾄﾃﾞｰﾀ ﾃﾞｽ', 'ｼﾒｲ,ﾅﾏｴ\nﾔﾏﾀﾞ ﾀﾛｳ,30\nｽｽﾞｷ ﾊﾅｺ,25\n', BANK, BANK.repeat(500)])('half-width kana are read, and are a question: %j', async (text) => {
  expect(await read(legacyBytes(text, 'shift_jis'))).toMatchObject({ text, encoding: 'shift_jis', certain: false })
})

test('kana too few to be known are a question, and beside kanji they are clear', async () => {
  expect(await read(legacyBytes('ｶﾀｶﾅ', 'shift_jis'))).toMatchObject({ certain: false })
  expect(await read(legacyBytes('ｺﾝﾆﾁﾊ ｾｶｲ', 'shift_jis'))).toMatchObject({ certain: false })
  const text = `${JAPANESE[1]!}(ﾜｶﾞﾊｲ ﾊ ﾈｺ ﾃﾞｱﾙ)`
  expect(await read(legacyBytes(text, 'shift_jis'))).toMatchObject({ text, encoding: 'shift_jis', certain: true })
})

test('capitals whose bytes kana have too are no question', async () => {
  const text = 'GRÖSSE, FARBE UND LÄNGE ÄNDERN. ÜBER DAS MENÜ KÖNNEN ÄNDERUNGEN RÜCKGÄNGIG GEMACHT WERDEN.'
  expect(await read(legacyBytes(text, 'windows-1252'))).toMatchObject({ text, certain: true })
})

test.each([
  ['an XML declaration', '<?xml version="1.0" encoding="windows-1255"?>\n<a>à</a>', 'windows-1255', 'א'],
  ['an HTML meta element', '<!doctype html><meta charset="koi8-r"><p>à</p>', 'koi8-r', 'Ю'],
  ['an older HTML meta element', '<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1253"><p>à</p>', 'windows-1253', 'ΰ'],
  ['a style sheet', '@charset "iso-8859-2";\n/* à */', 'iso-8859-2', 'ŕ'],
])('what %s declares is believed', async (_, source, encoding, meant) => {
  const bytes = legacyBytes(source, 'windows-1252')
  expect(await read(bytes)).toEqual({ text: source.replace('à', meant), encoding, certain: true, replaced: 0 })
})

test('what is UTF-8 is UTF-8, whatever it declares', async () => {
  const text = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Grüße</a>'
  expect(await read(utf8(text))).toEqual({ text, encoding: 'utf-8', certain: true, replaced: 0 })
})

test('what the sender names is believed where the bytes allow it', async () => {
  expect(await read(Uint8Array.of(0xE0), 'windows-1251')).toMatchObject({ text: 'а', encoding: 'windows-1251', certain: true })
  expect(await read(utf8('é'), 'windows-1251')).toMatchObject({ text: 'é', encoding: 'utf-8' })
  expect(await read(legacyBytes(RUSSIAN[1]!, 'windows-1251'), 'utf-8')).toMatchObject({ text: RUSSIAN[1] })
})

test.each([
  ['a bad byte', [...utf8('schöner Text – '), 0xFF, ...utf8('weiter')], 'schöner Text – \uFFFDweiter', 1],
  ['an end within a character', utf8('ログ 日本').subarray(0, -1), 'ログ 日\uFFFD', 1],
  ['an end after the first byte of one', utf8('Grüße é').subarray(0, -1), 'Grüße \uFFFD', 1],
  ['ASCII and then an end within a character', utf8('price: 5 €').subarray(0, -1), 'price: 5 \uFFFD', 1],
  ['half a character', [...utf8('{"b": "'), 0xED, 0xA0, 0x80, ...utf8(' x café"}')], '{"b": "\uFFFD x café"}', 1],
  ['a replacement of its own, and a bad byte', [...utf8('schön \uFFFD – '), 0xFF], 'schön \uFFFD – \uFFFD', 1],
])('UTF-8 with %s stays UTF-8, and how much was lost is known', async (_, bytes, text, replaced) => {
  expect(await read(Uint8Array.from(bytes))).toEqual({ text, encoding: 'utf-8', certain: true, replaced })
})

test('a Latin letter at the end of ASCII is that letter', async () => {
  expect((await read(legacyBytes('un café', 'windows-1252')))?.text).toBe('un café')
})

describe.each([
  ['utf-16le', 2, true], ['utf-16be', 2, false], ['utf-32le', 4, true], ['utf-32be', 4, false],
] as const)('text in %s', (encoding, unit, littleEndian) => {
  test.each(['Date,Bid\n2020-01-01,1\n', 'Привет, мир\n', 'これは日本語です。\nはい\n', 'Grüße 👋\r\n'])('needs no mark: %j', async (text) => {
    expect(await read(wideBytes(text, unit, littleEndian))).toEqual({ text, encoding, certain: true, replaced: 0 })
  })

  test('is read by its mark', async () => {
    expect(await read(wideBytes('\uFEFFдa', unit, littleEndian))).toEqual({ text: 'дa', encoding, certain: true, replaced: 0 })
  })
})

test('UTF-16 without a mark and without a line break is text as well', async () => {
  expect((await read(wideBytes('吾輩は猫である。名前はまだ無い。', 2)))?.text).toBe('吾輩は猫である。名前はまだ無い。')
})

test('Japanese in seven bits is read', async () => {
  const bytes = Uint8Array.from([...utf8('To: '), 0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42, 0x0A])
  expect(await read(bytes)).toMatchObject({ text: 'To: あ\n', encoding: 'iso-2022-jp', certain: true })
})

test.each([
  ['a NUL between letters', [0x61, 0, 0x62]],
  ['numbers', [0, 1, 2, 3]],
  ['zeros', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['an archive', [0x50, 0x4B, 3, 4, 0x14, 0, 0, 0, 8, 0]],
  ['a program', [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['samples of sound', Array.from({ length: 400 }, (_, i) => i % 2 ? (i * 7919) % 256 : (i * 104_729) % 251)],
  ['a NUL after a mark', [0xFF, 0xFE, 0x61, 0, 0, 0]],
])('%s is no text', async (_, bytes) => {
  expect(isText(Uint8Array.from(bytes))).toBe(false)
  expect(await read(Uint8Array.from(bytes))).toBeUndefined()
})

test('every encoding that can be chosen reads something, and never a NUL', () => {
  for (const encoding of Object.keys(ENCODINGS) as Encoding[]) {
    if (encoding === 'iso-8859-10' || encoding === 'iso-8859-14')
      continue // not in every build of Node
    expect(readTextAs(Uint8Array.of(0x61, 0x62, 0, 0x63, 0, 0, 0, 0xE9), encoding).text, encoding).not.toMatch(/^$|\0/)
  }
})
