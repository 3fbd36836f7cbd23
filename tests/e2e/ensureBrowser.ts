import { findBrowser, installBrowser } from './browser.ts'

installBrowser()

const browser = findBrowser()
if (!browser) {
  console.error('The end-to-end tests need Chromium or Chrome, and it could not be installed: install one, or set CHROME_PATH to its program.')
  process.exit(1)
}
console.log(`End-to-end tests run in ${browser}`)
