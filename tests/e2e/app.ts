import { expect, type Locator, type Page } from '@playwright/test'

// What a person sees, by the names that a screen reader says.

export async function openApp(page: Page, address = '/', waitUntil: 'load' | 'domcontentloaded' = 'load'): Promise<void> {
  await page.goto(address, { waitUntil })
  await expect(page).toHaveURL(/\/session\/[\w-]+$/)
  await expect(textbox(page)).toBeEditable()
}

export const sessionId = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1)!

export const composer = (page: Page): Locator => page.getByRole('form', { name: 'New message' })
export const textbox = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true })
export const sendButton = (page: Page): Locator => composer(page).getByRole('button', { name: 'Send', exact: true })
export const alerts = (page: Page): Locator => page.getByRole('alert')
export const connection = (page: Page): Locator => page.getByRole('status', { name: 'Connection' })
export const sessions = (page: Page): Locator => page.getByRole('navigation', { name: 'Sessions' })
export const newSession = (page: Page): Locator => sessions(page).getByRole('button', { name: 'New session', exact: true })
export const preview = (page: Page): Locator => page.getByRole('dialog', { name: /^Preview of / })

export const history = (page: Page): Locator => page.getByRole('log', { name: 'Messages' })
export const sent = (page: Page): Locator => history(page).getByRole('article', { name: 'You' })
export const answers = (page: Page): Locator => history(page).getByRole('article', { name: 'Agent' })

/** The attachments of the composer or of one message. */
export const attachments = (scope: Locator): Locator => scope.getByRole('list', { name: 'Attachments' })
export const thumbnails = (scope: Locator): Locator => attachments(scope).getByRole('button', { name: /^Preview / })
export const thumbnail = (scope: Locator, name: string): Locator =>
  attachments(scope).getByRole('button', { name: `Preview ${name}`, exact: true })

const labels = (buttons: Locator) =>
  buttons.evaluateAll(all => all.map(button => button.getAttribute('aria-label')!.replace('Preview ', '')))

/** Exactly these, in this order. */
export async function expectAttachments(scope: Locator, files: readonly ({ name: string } | string)[]): Promise<void> {
  const names = files.map(file => typeof file === 'string' ? file : file.name)
  await expect.poll(() => labels(thumbnails(scope)), { message: 'names of the attachments' }).toEqual(names)
}

/** These, in this order, and safe on the device. */
export async function expectSaved(page: Page, files: readonly ({ name: string } | string)[]): Promise<void> {
  await expectAttachments(composer(page), files)
  await expectNothingInPreparation(page)
}

export async function expectNothingInPreparation(page: Page): Promise<void> {
  await expect(attachments(composer(page)).locator('[aria-busy="true"]')).toHaveCount(0)
}

/** Sends what is there, and waits until the server has accepted it. */
export async function send(page: Page): Promise<void> {
  await sendButton(page).click()
  await expectAccepted(page)
}

export async function expectAccepted(page: Page): Promise<void> {
  await expect(textbox(page)).toHaveValue('')
  await expect(textbox(page)).toBeEditable()
  await expect(attachments(composer(page))).toHaveCount(0)
  await expect(onTheirWay(page)).toHaveCount(0)
}

/** Where it stays: a dialog that opens carries what is in it along, and a place that is measured meanwhile is not where one clicks. */
export async function placeAtRest(of: Locator): Promise<{ x: number, y: number, width: number, height: number }> {
  await expect(of).toBeVisible()
  await of.evaluate(async (element) => {
    const nextFrame = () => new Promise(requestAnimationFrame)
    const carriers = function* (from: Element) {
      for (let node: Element | undefined = from; node; node = node.assignedSlot ?? node.parentElement ?? (node.getRootNode() as Partial<ShadowRoot>).host)
        yield node
    }
    // What follows how far one has scrolled is never over.
    const moves = () => [...carriers(element)].some(node => node.getAnimations().some(({ playState, timeline }) => playState === 'running' && timeline instanceof DocumentTimeline))
    const place = () => JSON.stringify(element.getBoundingClientRect())
    for (let before = ''; moves() || before !== place();) {
      before = place()
      await nextFrame()
      await nextFrame()
    }
  })
  return await of.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 }
}

/** What each message says of itself that the server has not accepted yet. */
export const onTheirWay = (page: Page): Locator => history(page).getByText(/Sending…|Waiting|Not sent\./)

export const undo = (page: Page): Locator => page.getByRole('status', { name: 'Undo' }).getByRole('button', { name: 'Undo', exact: true })

/** The agent's last answer says that exactly these bytes reached it, in this order. */
export async function expectAgentReceived(page: Page, files: readonly { name: string, sha256: string }[]): Promise<void> {
  const lines = answers(page).last().getByRole('listitem')
  await expect(lines).toHaveCount(files.length)
  for (const [i, { name, sha256 }] of files.entries()) {
    await expect(lines.nth(i)).toContainText(name)
    await expect(lines.nth(i)).toContainText(`SHA-256 ${sha256}`)
  }
}

/** Nothing is being answered any more. */
export async function expectAgentDone(page: Page): Promise<void> {
  await expect(answers(page).last()).toBeVisible()
  await expect(composer(page).getByRole('button', { name: 'Stop' })).toHaveCount(0)
}
