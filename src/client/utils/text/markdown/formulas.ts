import 'katex/dist/katex.min.css'
import DOMPurify, { type Config } from 'dompurify'
import katex from 'katex'

const PURIFY: Config = {
  USE_PROFILES: { html: true, mathMl: true, svg: true },
  ADD_TAGS: ['semantics', 'annotation'],
  ADD_ATTR: ['encoding'],
  FORBID_TAGS: ['a', 'img', 'image', 'use', 'style', 'script', 'foreignObject'],
  FORBID_ATTR: ['href', 'src', 'xlink:href', 'id'],
  RETURN_DOM_FRAGMENT: true,
}

/** @returns the formula as it is drawn, made safe; undefined where it cannot be read */
export function drawFormula(formula: string, display: boolean): DocumentFragment | undefined {
  try {
    const html = katex.renderToString(formula, {
      displayMode: display,
      throwOnError: true,
      errorColor: 'var(--danger-text)',
      // Whatever a formula says: no link, no address, no class of its own, nothing that grows without end.
      trust: false,
      strict: 'ignore',
      maxExpand: 200,
      maxSize: 20,
    })
    return DOMPurify.sanitize(html, PURIFY) as unknown as DocumentFragment
  }
  catch {
    return undefined // not TeX, or nested too deeply for the reader: it stays as it was written
  }
}
