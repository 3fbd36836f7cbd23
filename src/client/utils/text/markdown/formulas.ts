import 'katex/dist/katex.min.css'
import katex from 'katex'

/** Draws one formula into its element. What cannot be read stays as it was written. */
export function drawFormula(element: HTMLElement, formula: string): void {
  katex.render(formula, element, {
    displayMode: element.classList.contains('display'),
    throwOnError: false,
    errorColor: 'var(--danger-text)',
    // Whatever a formula says: no link, no address, no class of its own, nothing that grows without end.
    trust: false,
    strict: 'ignore',
    maxExpand: 200,
    maxSize: 20,
  })
}
