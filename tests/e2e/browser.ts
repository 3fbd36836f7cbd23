import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'

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
  const ways: [string, string[]][] = [
    ['npx', ['playwright', 'install', 'chromium']],
    ['sh', ['-c', 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium']],
  ]
  for (const [command, args] of ways) {
    if (findBrowser())
      return
    console.log(`No Chromium or Chrome here; trying: ${command} ${args.join(' ')}`)
    try {
      execFileSync(command, args, { stdio: 'inherit', timeout: 10 * 60_000 })
    }
    catch (error) {
      console.log(`That did not work: ${(error as Error).message.split('\n')[0]}`)
    }
  }
}
