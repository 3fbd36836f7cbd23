import { loadPart } from '../../../utils/network/loadPart.ts'

type DrawFormula = (formula: string, display: boolean) => DocumentFragment | undefined

/** Milliseconds of drawing after which the page gets its turn. */
const SLICE = 12
/** Milliseconds for which an answer stands still, rather than that its first formula takes its form before one's eyes. */
const PATIENCE = 1000
const LETTERS = ['1em KaTeX_Main', 'italic 1em KaTeX_Math']

let draw: DrawFormula | undefined
let loading: Promise<void> | undefined
/** Elements whose turn is still to come. */
const waiting = new Set<HTMLElement>()
let drawing = false

/** Once for all; where it cannot be fetched formulas stay as they were written, and the next one tries again. */
function loadFormulas(): Promise<void> {
  return loading ??= loadPart(() => import('../../../utils/text/markdown/formulas.ts')).then(
    async ({ drawFormula }) => {
      await Promise.race([lettersAreHere(), patience()])
      draw = drawFormula
    },
    (error: unknown) => {
      loading = undefined
      console.warn('Formulas are shown as they were written:', error)
    },
  )
}

/** What is waited for before these blocks are drawn; undefined where no formula is in them, or what draws it is here. */
export function formulasToCome(blocks: readonly string[]): Promise<unknown> | undefined {
  if (draw || !blocks.some(block => block.includes('data-formula')))
    return undefined
  return Promise.race([loadFormulas(), patience()])
}

const patience = () => new Promise(resolve => setTimeout(resolve, PATIENCE))

/** Those of nearly every formula: one that is drawn without them takes another width when they come. */
const lettersAreHere = async () => 'fonts' in document && Promise.allSettled(LETTERS.map(font => document.fonts.load(font)))

/**
 * Draws the formulas of rendered Markdown as soon as the library is here: at once what is in sight, where lines would
 * move before one's eyes, and the rest without holding up what a person does.
 */
export function drawFormulas(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>('.math:not(.drawn, .unreadable)'))
    waiting.add(element)
  drawInSight()
  if (waiting.size && !drawing)
    void drawWaiting()
}

/** All are measured before one is drawn: it would have the page laid out anew for the next. */
function drawInSight() {
  for (const element of draw ? [...waiting].filter(isInSight) : []) {
    waiting.delete(element)
    drawOne(element)
  }
}

function isInSight(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return element.isConnected && bottom >= 0 && top <= innerHeight
}

async function drawWaiting() {
  drawing = true
  await loadFormulas()
  drawInSight()
  let since = performance.now()
  for (const element of draw ? waiting : []) {
    waiting.delete(element)
    if (element.isConnected)
      drawOne(element)
    if (performance.now() - since < SLICE)
      continue
    await new Promise(resolve => setTimeout(resolve))
    since = performance.now()
  }
  waiting.clear()
  drawing = false
}

function drawOne(element: HTMLElement) {
  const drawn = draw?.(element.dataset.formula ?? '', element.classList.contains('display'))
  if (drawn)
    element.replaceChildren(written(element.textContent), drawn)
  element.classList.add(drawn ? 'drawn' : 'unreadable')
}

/** Not seen, and not read aloud: what is copied of a formula, as it was written. */
function written(text: string) {
  const source = document.createElement('span')
  source.className = 'source'
  source.ariaHidden = 'true'
  source.textContent = text
  return source
}
