import { defineConfig } from '@playwright/test'
import { LAUNCH } from './tests/e2e/launch.ts'

/** How long each takes is in what a run lists. One that begins last makes all others wait for it. */
const LONGEST = ['torture', 'accessibility', 'locking', 'intake'].map(name => `**/e2e/${name}.test.ts`)

/** For all that plays journeys. */
export const journeys = defineConfig({
  testDir: 'tests/e2e',
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A journey that only passes the second time is reported as flaky: a fault to find, but not one of the change that is being checked.
  retries: 1,
  // Waits end when what they wait for is there. These bounds only matter where something is wrong, or the machine is very busy.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: LAUNCH,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    trace: 'off',
  },
})

export default defineConfig(journeys, {
  projects: [{ name: 'longest first', testMatch: LONGEST }, { name: 'others', testIgnore: LONGEST }],
})
