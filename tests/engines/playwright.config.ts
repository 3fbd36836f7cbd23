import { defineConfig } from '@playwright/test'
import { journeys } from '../../playwright.config.ts'
import { findFirefox } from './engines.ts'

/** What each engine goes through: attaching by the three doors, kills, sending, the outbox, two tabs, looking at files, their order and captions, editing pictures, choosing pages, the list of drafts. */
const JOURNEYS = ['attaching', 'pasting', 'ordering', 'captions', 'drafts', 'restoring', 'intake', 'sending', 'tabs', 'preview', 'pictureEditor', 'changedFiles'].map(name => `**/e2e/${name}.test.ts`)

export default defineConfig(journeys, {
  testDir: '..',
  outputDir: '../../test-results/engines',
  // Beside each other engines fight for this machine's few cores, and for the keyboard's focus.
  workers: 1,
  projects: [
    { name: 'chromium', testMatch: JOURNEYS },
    {
      name: 'firefox',
      testMatch: JOURNEYS,
      grepInvert: /@chromium/,
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        headless: false,
        // A test may put things on the clipboard without a person's click.
        launchOptions: { executablePath: findFirefox(), args: [], firefoxUserPrefs: { 'dom.events.testing.asyncClipboard': true } },
      },
    },
    { name: 'webkit', testMatch: '**/engines/webkit.test.ts' },
  ],
})
