import { expect, type Page } from '@playwright/test'

/** What somebody does while the page is watched: reads along at the end of a growing answer, or looks at something that stays. */
type Reading = 'along' | 'here'

interface Watch {
  /** From now on. */
  begin: (reading: Reading) => void
  /** What moved until now, as sentences, and how often it was looked. */
  end: () => { moved: string[], looks: number, known: string[] }
}

declare global {
  interface Window { stillness: Watch }
}

/**
 * Looks at every frame where the words are that one reads, the composer, the title and the sessions, in all pages that are
 * opened from now on, and keeps what moved although nobody moved it. The browser's own sum of shifts leaves out what moves
 * within half a second after a click, and whatever grows or goes away below what is in sight.
 *
 * Words are told apart by themselves: those that are watched end in three digits, and each is there once.
 */
export async function watchPlaces(page: Page): Promise<void> {
  await page.addInitScript(placesWatcher)
}

export const beginWatching = (page: Page, reading: Reading): Promise<void> => page.evaluate(kind => window.stillness.begin(kind), reading)

/** @param seen words, or names of buttons, that must have been in sight at the end: it did look */
export async function expectNothingMoved(page: Page, doing: string, ...seen: string[]): Promise<void> {
  const { moved, looks, known } = await page.evaluate(() => window.stillness.end())
  expect(moved, doing).toEqual([])
  expect(looks, `looks at the page while ${doing}`).toBeGreaterThan(3)
  expect(known, `what was in sight after ${doing}`).toEqual(expect.arrayContaining(seen))
}

/** Runs in the page: it knows nothing from outside. */
function placesWatcher() {
  /** Pixels: less is a rounding. */
  const STEP = 1
  /** Pixels: the head and the first line of what has a frame, and what each character takes on a narrow screen. What comes may push by no more. */
  const FRAME = 100
  const CHARACTER = 2
  const MOVABLE = 'header, header :is(button, h1), form[aria-label="New message"], form[aria-label="New message"] :is(button, textarea, meter), nav, nav :is(a, button), main :is(h1, h2), dialog[open], dialog[open] :is(h1, h2, header, button, input, img, canvas, pre)'

  interface Place { x: number, y: number, isWord: boolean, isGrowing: boolean }
  interface Look { places: Map<string, Place>, content: number }

  const nameOf = (element: Element) => `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 30)}`

  function look(): Look {
    const places = new Map<string, Place>()
    const alike = new Set<string>()
    const log = document.querySelector('[role=log]')
    for (const element of document.querySelectorAll(MOVABLE)) {
      const { x, y, bottom, width } = element.getBoundingClientRect()
      if (width === 0 || bottom <= 0 || y >= innerHeight || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || log?.contains(element))
        continue
      const name = nameOf(element)
      if (places.has(name))
        alike.add(name)
      places.set(name, { x, y, isWord: false, isGrowing: false })
    }
    for (const name of alike)
      places.delete(name) // nobody knows which is which
    let content = 0
    if (log)
      content = lookAtWords(log, places)
    return { places, content }
  }

  /** @returns how much there is to read, which grows while somebody writes */
  function lookAtWords(log: Element, places: Map<string, Place>): number {
    const box = log.getBoundingClientRect()
    const growing = [...log.querySelectorAll('article:last-of-type .block')].at(-1)
    const range = document.createRange()
    const walker = document.createTreeWalker(log, NodeFilter.SHOW_TEXT, node => node.parentElement?.closest('footer, .visually-hidden, .source, [hidden]') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
    let content = log.querySelectorAll('.thinking').length
    while (walker.nextNode()) {
      const node = walker.currentNode as Text
      content += node.data.length
      for (const { 0: word, index } of node.data.matchAll(/[a-z]+\d{3}/g)) {
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        const { x, y, bottom, width } = range.getBoundingClientRect()
        if (width > 0 && y >= box.top && bottom <= box.bottom)
          places.set(word, { x, y, isWord: true, isGrowing: growing?.contains(node) ?? false })
      }
    }
    return content
  }

  let reading: Reading = 'here'
  let before: Look | undefined
  let looks = 0
  let moved: string[] = []

  function compare(now: Look, then: Look) {
    const grown = now.content - then.content
    const hasGrown = grown > 0
    const steps = new Set<number>()
    for (const [name, { x, y, isWord, isGrowing }] of now.places) {
      const was = then.places.get(name)
      const [dx, dy] = was ? [Math.round(x - was.x), Math.round(y - was.y)] : [0, 0]
      if (Math.abs(dx) <= STEP && Math.abs(dy) <= STEP)
        continue
      if (hasGrown && (isGrowing || was?.isGrowing))
        continue // what is being written takes its form
      if (hasGrown && isWord && reading === 'along' && Math.abs(dx) <= STEP && dy < 0 && -dy <= FRAME + grown * CHARACTER)
        steps.add(dy)
      else
        moved.push(`${name} moved by ${dx}, ${dy} px${hasGrown ? ' while words came' : ''}`)
    }
    if (steps.size && Math.max(...steps) - Math.min(...steps) > STEP)
      moved.push(`words moved away from each other: by ${[...steps].join(', ')} px`)
  }

  function onFrame() {
    if (!document.documentElement)
      return requestAnimationFrame(onFrame)
    // The newest observer is asked last, when the page has answered to its own growth, just before it is drawn.
    new ResizeObserver((_, observer) => {
      observer.disconnect()
      const now = look()
      if (before)
        compare(now, before)
      before = now
      looks++
    }).observe(document.documentElement)
    return requestAnimationFrame(onFrame)
  }

  window.stillness = {
    begin(kind) {
      reading = kind
      before = undefined
      moved = []
      looks = 0
    },
    end: () => ({ moved: moved.slice(0, 10), looks, known: [...before?.places.keys() ?? []] }),
  }
  requestAnimationFrame(onFrame)
}
