import type { LanguageInput } from 'shiki/core'
import { loadPart } from '../../utils/network/loadPart.ts'
import type { Language } from '../../utils/text/code/languageOf.ts'

/** What code is mostly written in; each is loaded when somebody reads it. */
const LOADERS: Record<Language, () => Promise<{ default: LanguageInput }>> = {
  c: () => loadPart(() => import('@shikijs/langs/c')),
  cpp: () => loadPart(() => import('@shikijs/langs/cpp')),
  csharp: () => loadPart(() => import('@shikijs/langs/csharp')),
  css: () => loadPart(() => import('@shikijs/langs/css')),
  diff: () => loadPart(() => import('@shikijs/langs/diff')),
  docker: () => loadPart(() => import('@shikijs/langs/docker')),
  go: () => loadPart(() => import('@shikijs/langs/go')),
  html: () => loadPart(() => import('@shikijs/langs/html')),
  java: () => loadPart(() => import('@shikijs/langs/java')),
  javascript: () => loadPart(() => import('@shikijs/langs/javascript')),
  json: () => loadPart(() => import('@shikijs/langs/json')),
  jsx: () => loadPart(() => import('@shikijs/langs/jsx')),
  kotlin: () => loadPart(() => import('@shikijs/langs/kotlin')),
  lua: () => loadPart(() => import('@shikijs/langs/lua')),
  php: () => loadPart(() => import('@shikijs/langs/php')),
  powershell: () => loadPart(() => import('@shikijs/langs/powershell')),
  python: () => loadPart(() => import('@shikijs/langs/python')),
  r: () => loadPart(() => import('@shikijs/langs/r')),
  ruby: () => loadPart(() => import('@shikijs/langs/ruby')),
  rust: () => loadPart(() => import('@shikijs/langs/rust')),
  shellscript: () => loadPart(() => import('@shikijs/langs/shellscript')),
  sql: () => loadPart(() => import('@shikijs/langs/sql')),
  swift: () => loadPart(() => import('@shikijs/langs/swift')),
  toml: () => loadPart(() => import('@shikijs/langs/toml')),
  tsx: () => loadPart(() => import('@shikijs/langs/tsx')),
  typescript: () => loadPart(() => import('@shikijs/langs/typescript')),
  vue: () => loadPart(() => import('@shikijs/langs/vue')),
  xml: () => loadPart(() => import('@shikijs/langs/xml')),
  yaml: () => loadPart(() => import('@shikijs/langs/yaml')),
}

export const loadLanguage = async (name: Language): Promise<LanguageInput> => (await LOADERS[name]()).default
