import { createCssVariablesTheme, createHighlighterCore, type GrammarState, type HighlighterCore, type ThemedToken } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import type { Language } from '../../utils/text/code/languageOf.ts'
import { loadLanguage } from './languages.ts'

/** A line as pairs: how many characters, and what they are; nothing for what looks like all text. */
export type LineTokens = [length: number, kind: string][]

const theme = createCssVariablesTheme()
/** Characters: what is longer was not written by hand. */
const LONGEST_LINE = 1000
/** Milliseconds for one line: the first ones of a language take long on a slow machine, and nobody waits for them. */
const PATIENCE = 10_000

let highlighter: Promise<HighlighterCore> | undefined
/** Where the last lines ended: inside a comment, say. */
let state: GrammarState | undefined

const start = () => highlighter ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) })

/**
 * What each part of some lines of code is.
 * @param isFirst they do not go on from the lines that were asked for last
 */
export async function tokensOf(language: Language, lines: string, isFirst: boolean): Promise<LineTokens[]> {
  const shiki = await start()
  if (!shiki.getLoadedLanguages().includes(language))
    await shiki.loadLanguage(await loadLanguage(language))
  const tokens = shiki.codeToTokensBase(lines, {
    lang: language, theme: theme.name ?? '', tokenizeMaxLineLength: LONGEST_LINE, tokenizeTimeLimit: PATIENCE,
    ...!isFirst && state && { grammarState: state },
  })
  state = shiki.getLastGrammarState(tokens)
  return tokens.map(line => line.map(token => [token.content.length, kindOf(token)]))
}

/** "keyword" of "var(--shiki-token-keyword)". */
const kindOf = ({ color }: ThemedToken) => /--shiki-token-([\w-]+)/.exec(color ?? '')?.[1] ?? ''
