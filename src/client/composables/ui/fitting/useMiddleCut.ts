import { charactersOf, FROM_RIGHT } from '../../../../shared/plainText.ts'
import { fittedTogether } from './fittedTogether.ts'

/** Pixels: room for roundings, or one more character would be left out. */
const SPARE = 0.5

/**
 * A name whose beginning is cut where its end follows. A browser leaves empty behind its ellipsis what is too narrow for
 * one more character: the beginning is made as wide as what is shown of it, or there would be a hole.
 * It holds two elements, the beginning and the end, and is as wide as there is room, whatever stands in it.
 */
export const useMiddleCut = fittedTogether(fit)

function fit(names: readonly Element[]) {
  const widths = names.map(({ children: [start, end] }) => start && end ? shownWidth(start, end) : undefined)
  for (const [i, { firstElementChild: start }] of names.entries()) {
    if (start instanceof HTMLElement)
      start.style.setProperty('--shown', widths[i] ?? '') // nothing is changed where all of it is shown, as before
  }
}

/** Undefined where all of it is shown, and where it is read from the right: which of its letters are shown nobody knows. */
function shownWidth(start: Element, end: Element): string | undefined {
  const text = start.firstChild
  const room = (start.parentElement?.clientWidth ?? 0) - end.getBoundingClientRect().width
  if (!(text instanceof Text) || room <= 0 || FROM_RIGHT.test(text.data) || widthOf(text, text.length) <= room)
    return undefined
  const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(start) // all of it together may have no short form
  const ellipsis = ellipsisIn(`${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`)
  return `${(widestUpTo(text, room - ellipsis) + ellipsis + SPARE) / parseFloat(fontSize)}em`
}

/** Pixels of as many of its first characters as are no wider than this; not all of them are. Found by halves: each look at a width costs. */
function widestUpTo(text: Text, room: number): number {
  let length = 0
  const ends = charactersOf(text.data).map(character => length += character.length)
  let [width, fits, tooMany] = [0, 0, ends.length]
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2)
    const next = widthOf(text, ends[count - 1] ?? 0)
    if (next > room)
      tooMany = count
    else
      [width, fits] = [next, count]
  }
  return width
}

/** Pixels of its first characters, also of those that are not shown. */
function widthOf(text: Text, length: number): number {
  const range = document.createRange()
  range.setStart(text, 0)
  range.setEnd(text, length)
  return range.getBoundingClientRect().width
}

const ellipses = new Map<string, number>()

function ellipsisIn(font: string): number {
  const known = ellipses.get(font)
  if (known !== undefined)
    return known
  const drawing = document.createElement('canvas').getContext('2d')
  if (!drawing)
    return 0
  drawing.font = font
  const { width } = drawing.measureText('…')
  ellipses.set(font, width)
  return width
}
