import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { faintTexts } from './contrast.ts'

/** `forced`: a person's own colours, of which the app takes its own only where it must. */
type Scheme = 'light' | 'dark' | 'forced'

/** The app's components that were to be seen while axe looked, by their names. */
const lookedAt = new Set<string>()

/** Of all looks in this process. */
export const componentsLookedAt = (): ReadonlySet<string> => lookedAt

/**
 * Nothing of what the page shows now keeps anybody out; what differs between the colour schemes is looked at in each.
 * @param part a selector, where only this is meant: what a menu covers cannot be read, and is not to be
 */
export async function expectOpenToAll(page: Page, part?: string): Promise<void> {
  // Asked again where there is something: another colour scheme takes a moment to reach every corner of a page.
  await expect.poll(() => violations(page, 'light', part)).toEqual([])
  await expect.poll(() => violations(page, 'dark', part)).toEqual([])
  await expect.poll(() => violations(page, 'forced', part)).toEqual([])
  await page.emulateMedia({ forcedColors: null })
  for (const name of await page.evaluate(drawnComponents, part ?? 'html'))
    lookedAt.add(name)
}

async function violations(page: Page, scheme: Scheme, part?: string): Promise<string[]> {
  const isForced = scheme === 'forced'
  const colorScheme = scheme === 'dark' ? 'dark' : 'light'
  await page.emulateMedia({ colorScheme, forcedColors: isForced ? 'active' : null, reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveCSS('color-scheme', colorScheme === 'dark' ? /dark/ : /light/)
  const axe = new AxeBuilder({ page }).setLegacyMode(true) // there is no frame of anybody else's, and no other page has to be opened
    .options({ rules: { 'target-size': { enabled: true } } }) // which it leaves out unless it is asked
  if (scheme !== 'light')
    axe.withRules('color-contrast') // nothing else has to do with colours
  if (part !== undefined)
    axe.include(part)
  const { violations, passes, incomplete } = await axe.analyze()
  expect(passes.length + incomplete.length).toBeGreaterThan(0) // it did look
  const open = incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes).map(({ target, any }) => ({
    selector: target.flat().join(' '),
    least: parseFloat((any[0]?.data as { expectedContrastRatio?: string }).expectedContrastRatio ?? '4.5'),
  }))
  return [
    ...violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')} ${failureSummary}`)),
    ...isForced ? [] : await faintTexts(page, open), // the browser itself lays the person's own ground under each word there
    ...await page.evaluate(smallTicks),
  ].map(fault => `${scheme}: ${fault}`)
}

/** What one ticks and is hard to hit, whatever room there is around it. Runs in the page. */
const smallTicks = (): string[] => [...document.querySelectorAll<HTMLInputElement>(':is([type=checkbox], [type=radio]):enabled')]
  .filter(input => input.checkVisibility())
  .map(input => ({ name: input.ariaLabel ?? input.labels?.[0]?.textContent?.trim() ?? '', box: input.getBoundingClientRect() }))
  .filter(({ box }) => box.width < 24 || box.height < 24)
  .map(({ name, box }) => `${name} is ${box.width} by ${box.height} px`)

interface Drawn { el: Node | null, type: { __name?: string }, component?: { subTree: Drawn } | null, children?: unknown, suspense?: { activeBranch: Drawn } | null, ssContent?: Drawn }

/** Walks what Vue has drawn. Runs in the page: it knows nothing from outside. */
function drawnComponents(part: string): string[] {
  const names = new Set<string>()
  const isNode = (value: unknown): value is Drawn => typeof value === 'object' && value !== null && 'type' in value && 'el' in value

  /** @returns whether any element of it, inside of what is meant, is to be seen or heard */
  function walk(node: Drawn): boolean {
    let shown = node.el instanceof Element && node.el.closest(part) !== null && node.el.checkVisibility({ visibilityProperty: true })
    if (node.component) {
      shown = walk(node.component.subTree)
      if (shown && node.type.__name !== undefined)
        names.add(node.type.__name)
      return shown
    }
    for (const child of Array.isArray(node.children) ? node.children as unknown[] : [])
      shown = (isNode(child) && walk(child)) || shown
    return shown
  }
  for (const root of document.querySelectorAll<HTMLElement & { _vnode?: Drawn }>('#app, body > *')) {
    if (root._vnode)
      walk(root._vnode)
  }
  return [...names]
}
