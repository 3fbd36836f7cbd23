import { fittedTogether } from '../fitting/fittedTogether.ts'

const SCROLLS_SIDEWAYS = 'pre, .table, .math.display'

/** What scrolls sideways can be reached by keyboard, and nothing else becomes a stop on the way. Only what holds the boxes is looked at: a browser asks for each at every frame, also far out of sight. */
export const useFocusableOverflow = fittedTogether(update)

function update(roots: readonly Element[]) {
  const boxes = roots.flatMap(root => [...root.querySelectorAll<HTMLElement>(SCROLLS_SIDEWAYS)])
  const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth)
  boxes.forEach((box, i) => {
    if (scrolls[i])
      box.tabIndex = 0
    else
      box.removeAttribute('tabindex')
  })
}
