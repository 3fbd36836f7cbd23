/**
 * Those of boxes that stand below each other that lie between two heights of the window, at least in part. It asks for
 * a few rectangles only, however many there are.
 */
export function thoseBetween<T extends Element>(boxes: readonly T[], top: number, bottom: number): T[] {
  let first = 0
  for (let beyond = boxes.length; first < beyond;) {
    const middle = Math.floor((first + beyond) / 2)
    if ((boxes[middle]?.getBoundingClientRect().bottom ?? 0) < top)
      first = middle + 1
    else
      beyond = middle
  }
  const rest = boxes.slice(first)
  const end = rest.findIndex(box => box.getBoundingClientRect().top > bottom)
  return end < 0 ? rest : rest.slice(0, end)
}

/** A person stands in it, has marked something in it, or opened or begun something there. */
export const isInUse = (element: Element): boolean =>
  element.matches(':focus-within') || element.querySelector('[aria-expanded="true"], details[open], form') !== null || isMarked(element)

/** Something in it is selected, or all of it. */
export function isMarked(element: Element): boolean {
  const selection = getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true)
}

/** A browser finds words in what is not drawn, and tells which. Where it cannot, everything is drawn. */
export const findsHidden = (): boolean => 'onbeforematch' in HTMLElement.prototype
