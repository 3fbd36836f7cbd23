import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Builder, type WebDriver } from 'selenium-webdriver'
import { freePort } from '../../helpers/freePort.ts'
import { openScreen } from '../screen.ts'

const BROWSER = path.resolve(import.meta.dirname, 'browser.py')
/** Milliseconds until a driver that says nothing is taken for one that does not start. */
const PATIENCE = 60_000

export type Webkit = Awaited<ReturnType<typeof openWebkit>>

/** WebKitGTK on a screen that nobody sees, with this folder as its profile. */
export async function openWebkit(profile: string) {
  const screen = await openScreen()
  const port = await freePort()
  // The leader of a group, to which the browser and all its processes belong.
  const child = spawn('WebKitWebDriver', [`--port=${port}`], { env: { ...process.env, ...screen.env }, stdio: 'ignore', detached: true })
  const driver = await connect(child, port, profile)
  let ended = false

  async function kill() {
    if (ended)
      return
    ended = true
    const exited = once(child, 'exit')
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await exited
    await screen.close()
  }

  return {
    driver,
    screen,
    /** All its processes, at once and without a word before. */
    kill,
  }
}

async function connect(child: ChildProcess, port: number, profile: string): Promise<WebDriver> {
  const url = `http://127.0.0.1:${port}`
  const until = Date.now() + PATIENCE
  while (!await fetch(`${url}/status`).then(response => response.ok, () => false)) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error('WebKitWebDriver does not start')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const options = { binary: BROWSER, args: [profile] }
  const driver = await new Builder().usingServer(url)
    .withCapabilities({ 'browserName': 'Satchel tests', 'webkitgtk:browserOptions': options }).build()
  await driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE })
  return driver
}
