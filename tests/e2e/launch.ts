import { findBrowser } from './browser.ts'

/** How the browser of the tests is started, also where a test starts one of its own. */
export const LAUNCH = {
  executablePath: findBrowser(),
  // It is shown nothing but the app, and asks nobody else for anything.
  args: [
    '--no-sandbox', // or it does not start for root, who runs tests in containers
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
}
