import type { Page } from '@playwright/test'

/** Keeps the part of the app that reads files from starting: as slow as a test needs it. To be called before the app is opened. */
export async function holdWorker(page: Page): Promise<{ goOn: () => void }> {
  let release: () => void
  const released = new Promise<void>((resolve) => { release = resolve })
  await page.context().route(/worker[^/]*\.js$/, async (route) => {
    await released
    await route.continue()
  })
  return { goOn: () => release() }
}
