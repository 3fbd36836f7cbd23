const FOREIGN = /[^\0-\x7F]/gu
const MEANINGLESS = /[\x80-\x9F\uFFFD\p{Co}\p{Cn}]/gu
const WORD = /[\p{L}\p{M}]+/gu
const ALPHABET = /[\p{scx=Cyrillic}\p{scx=Greek}\p{scx=Hebrew}\p{scx=Arabic}\p{scx=Thai}]/u
/** Signs that no word has in its middle, as the Catalan dot, the apostrophe and a hidden hyphen are; and some that touch none. */
const TORN = /\p{L}[¡-¬®¯±-³µ¶¸-¿×÷](?=\p{L})|\p{L}[¦¬±¶\u2500-\u259F]|[¦¬±¶\u2500-\u259F](?=\p{L})/gu

/** Of a hundred characters of any Chinese text, more than half are among these. */
const COMMON_CHINESE = new Set('的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通教原东声提立及比员解水名真处走各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再建务做接必场件计管期市直资命山金指统区保至形社便空决治展马科司五基书非则界达光放强即难且思王完设式色路记南品住告类求据程北边张该交规万取望术领共确传师观清今切院让识候带导争运京州城姓李')

const countOf = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

/**
 * From 0 to 1, whether a text makes sense at all. In a wrong encoding there are characters without a meaning, and words
 * that mix alphabets or are torn by signs: of "così" remains "cosм", of "žluťoučký" "ľlu»oučký".
 */
export function plausibility(text: string): number {
  const foreign = countOf(text, FOREIGN)
  const words = (text.match(WORD) ?? []).filter(word => countOf(word, FOREIGN) > 0)
  const mixed = words.filter(word => ALPHABET.test(word) && /\p{sc=Latin}/u.test(word)).length
  const sense = foreign === 0 ? 1 : Math.max(0.01, 1 - 20 * countOf(text, MEANINGLESS) / foreign)
  const whole = words.length === 0 ? 1 : 1 - 0.9 * Math.min(1, (mixed + countOf(text, TORN)) / words.length)
  return sense * whole
}

/** From 0 to 1, whether a text is Chinese as it is written: any two bytes are some Chinese character. */
export function plausibilityOfChinese(text: string): number {
  const characters = text.match(/\p{sc=Han}/gu) ?? []
  const common = characters.filter(character => COMMON_CHINESE.has(character)).length
  return characters.length === 0 ? 1 : Math.max(0.2, Math.min(1, 2.5 * common / characters.length))
}
