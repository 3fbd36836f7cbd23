import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { installCommand, tryCommand } from '../helpers/debianPackages.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  ...(process.env.PATH ?? '').split(path.delimiter),
  '/snap/bin',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  `${process.env.PROGRAMFILES}\\Google\\Chrome\\Application\\chrome.exe`,
]

/** The Chromium or Chrome to test in: `CHROME_PATH`, the test runner's own, or an installed one. */
export function findBrowser(): string | undefined {
  const installed = PLACES.flatMap(place => [place, ...NAMES.map(name => path.join(place, name))])
  return [process.env.CHROME_PATH, chromium.executablePath(), ...installed].find(isProgram)
}

function isProgram(file: string | undefined): file is string {
  if (!file || !path.isAbsolute(file) || !existsSync(file) || !/chrom/i.test(path.basename(file)))
    return false
  try {
    accessSync(file, constants.X_OK)
    return true
  }
  catch {
    return false // there, but not ours to run: look on
  }
}

/** Tries the ways there are, in turn; each may be impossible here, and the next one is then tried. */
export function installBrowser(): void {
  for (const command of ['npx playwright install chromium', installCommand(['chromium'])]) {
    if (!findBrowser())
      tryCommand('Chromium or Chrome', command)
  }
}
