import type { Page } from '@playwright/test'
import sharp from 'sharp'

/** What a shadow that falls on it, and the rounding of its pixels, may take from a text. */
const SHADOW = 0.97

/** Part of the ground under a text that must be told apart from it: a line of another colour may cross it. */
const MOST = 0.95

export interface Measured {
  /** Of the element whose own text it is. */
  selector: string
  /** How many times lighter the one must be than the other, as in "4.5:1". */
  least: number
}

/**
 * Measures what axe leaves open, because something lies over the text or under it: the text's own colour against what the
 * browser really draws behind it.
 * @returns a sentence for each that is too faint
 */
export async function faintTexts(page: Page, texts: readonly Measured[]): Promise<string[]> {
  const found: string[] = []
  let ground: Ground | undefined
  for (const { selector, least } of texts) {
    const element = page.locator(selector).first()
    if (await element.count() === 0) {
      found.push(`${selector} is gone`) // what moves is looked at once more
      continue
    }
    let seen = await element.evaluate(textOf)
    if (!seen.boxes.length && await element.isVisible()) { // scrolled away, or cut off there
      await element.scrollIntoViewIfNeeded()
      seen = await element.evaluate(textOf)
      ground = undefined
    }
    if (!seen.hasWords)
      found.push(`${selector} cannot be measured: there are no words in it`)
    if (!seen.boxes.length)
      continue // something lies over all of it: nobody reads it there
    const drawn = ground ??= await groundOf(page)
    const ratios = seen.boxes.flatMap(box => pixelsIn(drawn, box)).map(pixel => contrast(seen.colour, pixel))
    if (ratios.filter(ratio => ratio < least * SHADOW).length > (1 - MOST) * ratios.length)
      found.push(`${selector} is too faint: ${Math.min(...ratios.slice(0, 10_000)).toFixed(2)}:1 in places, ${least}:1 is needed`)
  }
  return found
}

type Colour = readonly [number, number, number]
interface Box { x: number, y: number, width: number, height: number }
interface Ground { data: Buffer, width: number, height: number }

/** The page as it is drawn without its words. */
async function groundOf(page: Page): Promise<Ground> {
  const image = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css', style: '* { -webkit-text-fill-color: transparent !important; text-decoration-color: transparent !important }' })
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function pixelsIn({ data, width, height }: Ground, box: Box): Colour[] {
  const pixels: Colour[] = []
  for (let y = Math.ceil(box.y); y < Math.min(height, box.y + box.height); y++) {
    for (let x = Math.ceil(box.x); x < Math.min(width, box.x + box.width); x++) {
      const at = (y * width + x) * 3
      pixels.push([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0])
    }
  }
  return pixels
}

/** As WCAG has it. `alpha` of the first lets the second through. */
function contrast([r, g, b, alpha]: readonly [number, number, number, number], ground: Colour): number {
  const text: Colour = [r * alpha + ground[0] * (1 - alpha), g * alpha + ground[1] * (1 - alpha), b * alpha + ground[2] * (1 - alpha)]
  const [one, other] = [luminance(text), luminance(ground)]
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}

function luminance(colour: Colour): number {
  const [r, g, b] = colour.map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

interface Seen {
  /** 0 to 255, and 0 to 1. */
  colour: [number, number, number, number]
  hasWords: boolean
  /** Where on the screen they are to be seen; nowhere while they are faded out, as times are that nobody points at. */
  boxes: Box[]
}

/** An element's own words, those inside of it where it has none, or what is written in a field. Runs in the page. */
function textOf(element: Element): Seen {
  const canvas = document.createElement('canvas').getContext('2d')!
  canvas.fillStyle = getComputedStyle(element).color
  canvas.fillRect(0, 0, 1, 1)
  const [r = 0, g = 0, b = 0, a = 255] = canvas.getImageData(0, 0, 1, 1).data
  let opacity = 1
  const limit = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
  for (let node: Element | null = element; node; node = node.parentElement) {
    const style = getComputedStyle(node)
    opacity *= Number(style.opacity)
    if (style.overflow === 'visible' || node === document.documentElement || node === document.body)
      continue
    const { left, top, right, bottom } = node.getBoundingClientRect()
    Object.assign(limit, { left: Math.max(left, limit.left), top: Math.max(top, limit.top), right: Math.min(right, limit.right), bottom: Math.min(bottom, limit.bottom) })
  }
  const boxes: Box[] = []
  const isField = element.matches('input, textarea, select')
  const isText = (node: Node) => node.nodeType === Node.TEXT_NODE && Boolean(node.textContent?.trim())
  const inside = (node: Node): Node[] => [...node instanceof HTMLSlotElement ? node.assignedNodes({ flatten: true }) : node.childNodes]
  const below = (node: Node): Node[] => inside(node).flatMap(child => isText(child) ? [child] : below(child))
  const own = inside(element).filter(isText)
  const texts = own.length ? own : below(element) // as in a button whose words come through a slot
  for (const text of isField ? [element] : texts) {
    const range = document.createRange()
    range.selectNodeContents(text)
    for (const rect of isField ? element.getClientRects() : range.getClientRects()) {
      const [x, y] = [Math.max(rect.left, limit.left), Math.max(rect.top, limit.top)]
      const [width, height] = [Math.min(rect.right, limit.right) - x, Math.min(rect.bottom, limit.bottom) - y]
      const top = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(x + width / 2, y + height / 2)
      const isCovered = top && !element.contains(top) && !top.contains(element) // nobody reads it there, whatever its colour
      if (width > 0 && height > 0 && !isCovered && opacity > 0)
        boxes.push({ x, y, width, height })
    }
  }
  return { colour: [r, g, b, a / 255 * opacity], hasWords: isField || texts.length > 0, boxes }
}
