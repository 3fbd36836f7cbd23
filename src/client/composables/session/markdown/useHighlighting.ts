import { askForTokens } from '../../../stores/history/highlighting.ts'
import { isMarked } from '../../../utils/input/inSight.ts'
import { codeChunks, colouredLines } from '../../../utils/text/code/codeChunks.ts'
import { languageOf } from '../../../utils/text/code/languageOf.ts'

/** Milliseconds in which code that is finished does not change any more; what streams in changes again before. */
const QUIET = 300
/** How far from what is seen lines are coloured before they are scrolled to. */
const NEAR = '600px 0px'

const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>()
let queue: Promise<unknown> = Promise.resolve()

/** What is to be done with lines when they come near. */
const near = new WeakMap<Element, () => void>()
const observer = typeof IntersectionObserver === 'undefined'
  ? undefined
  : new IntersectionObserver(entries => entries.filter(({ isIntersecting }) => isIntersecting).forEach(({ target }) => near.get(target)?.()), { rootMargin: NEAR })

/** Colours the code of rendered Markdown once it is finished: plain first, then as its lines come near, without a move of anything. */
export function highlightCode(root: HTMLElement): void {
  for (const code of root.querySelectorAll<HTMLElement>('.code > pre > code')) {
    if (isDivided(code))
      continue
    clearTimeout(timers.get(code))
    timers.set(code, setTimeout(() => {
      queue = queue.then(() => highlight(code)).catch((error: unknown) => console.warn('Code stays without colours:', error))
    }, QUIET))
  }
}

/** Into parts that are coloured, or will be; what has grown since then stands behind them. */
const isDivided = (code: HTMLElement) => code.lastChild instanceof HTMLElement

async function highlight(code: HTMLElement) {
  const language = languageOf(code.closest('.code')?.querySelector('.code-header > span')?.textContent ?? '')
  if (!language)
    return
  for (const [i, part] of (await divide(code)).entries()) {
    const chunk = part.textContent
    const lines = await askForTokens(language, chunk.replace(/\r?\n$/, ''), i === 0)
    if (!part.isConnected)
      return
    whenNear(part, async () => {
      await unselected(part)
      if (part.textContent === chunk)
        part.replaceChildren(colouredLines(chunk, lines))
    })
  }
}

/** Into parts of some lines each. @returns none where it stays plain, or has grown meanwhile, and comes again */
async function divide(code: HTMLElement): Promise<HTMLElement[]> {
  const chunks = code.isConnected && !isDivided(code) && observer ? codeChunks(code.textContent) : []
  await unselected(code)
  if (!chunks.length || code.textContent !== chunks.join(''))
    return []
  const before = [...code.children] as HTMLElement[]
  const parts = chunks.map((chunk, i) => before[i]?.textContent === chunk ? before[i] : Object.assign(document.createElement('span'), { className: 'code-lines', textContent: chunk }))
  code.replaceChildren(...parts)
  return parts
}

function whenNear(part: HTMLElement, work: () => Promise<void>) {
  near.set(part, () => {
    observer?.unobserve(part)
    void work() // which never rejects
  })
  observer?.observe(part)
}

/** Nothing is taken from under a selection. */
async function unselected(element: Element) {
  while (isMarked(element))
    await new Promise(resolve => document.addEventListener('selectionchange', resolve, { once: true }))
}
