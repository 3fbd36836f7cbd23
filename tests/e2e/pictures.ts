import { expect, type Locator } from '@playwright/test'

/** The browser has really decoded it, at its real size where that is given. */
export async function expectShown(image: Locator, size?: { width: number, height: number }): Promise<void> {
  const natural = () => image.evaluate((img: HTMLImageElement) => ({ width: img.naturalWidth, height: img.naturalHeight }))
  if (size)
    await expect.poll(natural).toEqual(size)
  else
    await expect.poll(async () => (await natural()).width).toBeGreaterThan(0)
}
