type DrawFormula = (element: HTMLElement, formula: string) => void

let draw: DrawFormula | undefined
let loading: Promise<void> | undefined

/** Once for all; where it cannot be fetched formulas stay as they were written, and the next one tries again. */
function loadFormulas(): Promise<void> {
  return loading ??= import('../../utils/text/markdown/formulas.ts').then(
    ({ drawFormula }) => { draw = drawFormula },
    (error: unknown) => {
      loading = undefined
      console.warn('Formulas are shown as they were written:', error)
    },
  )
}

/** Draws the formulas of rendered Markdown, as soon as the library is here. */
export function drawFormulas(root: HTMLElement): void {
  const formulas = [...root.querySelectorAll<HTMLElement>('.math:not(.drawn)')]
  if (!formulas.length)
    return
  if (!draw)
    return void loadFormulas().then(() => draw && drawFormulas(root))
  for (const element of formulas) {
    draw(element, element.dataset.formula ?? '')
    element.classList.add('drawn')
  }
}
