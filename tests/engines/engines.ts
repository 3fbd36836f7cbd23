import { existsSync } from 'node:fs'
import { findBrowser, installBrowser } from '../e2e/browser.ts'
import { installCommand, tryCommand } from '../helpers/debianPackages.ts'
import { findProgram } from './programs.ts'

export type EngineName = 'chromium' | 'firefox' | 'webkit'

interface Engine {
  title: string
  isThere: () => boolean
  install: () => void
  /** What a person can do who cannot have it installed. */
  advice: string
}

export const findFirefox = () =>
  findProgram(process.env.FIREFOX_PATH, 'firefox-esr', 'firefox', '/Applications/Firefox.app/Contents/MacOS/firefox')

/** Firefox holds pictures on its clipboard only where it has a screen. */
const SCREEN_PROGRAMS = ['Xvfb', 'xclip']
const SCREEN_PACKAGES = ['xvfb', 'xclip']

/** The driver, and what lets a small program open WebKitGTK with a profile. */
const WEBKIT_PROGRAMS = ['WebKitWebDriver', '/usr/bin/python3', ...SCREEN_PROGRAMS]
const WEBKIT_PACKAGES = ['webkit2gtk-driver', 'python3-gi', 'gir1.2-webkit2-4.1', ...SCREEN_PACKAGES]
const WEBKIT_BINDINGS = ['/usr/lib/python3/dist-packages/gi/__init__.py']

export const ENGINES: Record<EngineName, Engine> = {
  chromium: {
    title: 'Chromium',
    isThere: () => Boolean(findBrowser()),
    install: installBrowser,
    advice: 'install Chromium or Chrome, or set CHROME_PATH to its program',
  },
  firefox: {
    title: 'Firefox',
    isThere: () => Boolean(findFirefox()) && SCREEN_PROGRAMS.every(name => findProgram(name)),
    install: () => tryCommand('Firefox', installCommand(['firefox-esr', ...SCREEN_PACKAGES])),
    advice: `install Firefox (or set FIREFOX_PATH to its program), ${SCREEN_PACKAGES.join(', ')}`,
  },
  webkit: {
    title: 'WebKit',
    isThere: () => WEBKIT_PROGRAMS.every(name => findProgram(name)) && WEBKIT_BINDINGS.every(existsSync),
    install: () => tryCommand('WebKit', installCommand(WEBKIT_PACKAGES)),
    advice: `it is WebKitGTK that is tested, on Linux: install ${WEBKIT_PACKAGES.join(', ')}`,
  },
}
