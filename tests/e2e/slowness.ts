import type { Page } from '@playwright/test'

/** Keeps these requests waiting until the test says so: as slow as it needs them. */
export async function hold(page: Page, address: RegExp): Promise<{ goOn: () => void }> {
  let release: () => void
  const released = new Promise<void>((resolve) => { release = resolve })
  await page.context().route(address, async (route) => {
    await released
    await route.continue()
  })
  return { goOn: () => release() }
}

/** Keeps the part of the app that reads files from starting. To be called before the app is opened. */
export const holdWorker = (page: Page) => hold(page, /worker[^/]*\.js$/)
