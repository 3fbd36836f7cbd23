import { rm } from 'node:fs/promises'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Page } from '@playwright/test'
import { openDisk } from '../e2e/disk.ts'
import { openProfile } from '../e2e/profile.ts'
import { startServer } from '../e2e/serverProcess.ts'
import { watch } from '../e2e/satchel.ts'
import { openLine } from './line.ts'
import { readRecord } from './record.ts'

export type Machine = Awaited<ReturnType<typeof startMachine>>

/** Milliseconds that a person would wait for something to happen, and call it broken. */
const PATIENCE = 10_000

/** A browser with a profile on the disk, a server with its data on the disk, and the line between them. All of it can be killed. */
export async function startMachine() {
  const disk = await openDisk()
  const server = await startServer()
  const line = await openLine(server.url)
  const kills = { browser: 0, server: 0 }
  let browser: Awaited<ReturnType<typeof openProfile>> | undefined
  let complaints: readonly string[] = []
  let serverState: 'running' | 'paused' | 'dead' = 'running'

  async function killServer() {
    await server.kill()
    kills.server++
    serverState = 'dead'
  }

  async function reviveServer() {
    if (serverState === 'dead')
      await server.restart()
    if (serverState === 'paused')
      server.resume()
    serverState = 'running'
  }

  return {
    disk,
    line,
    kills,
    /** Where the app is, for the browser. */
    url: line.url,
    /** Past the line. */
    serverUrl: server.url,
    pages: (): Page[] => browser?.page.context().pages() ?? [],
    /** The app can be reached. */
    isReachable: () => serverState === 'running' && line.isUp(),
    /** What is sent now is never heard: a paused server would hear it afterwards. */
    isUnheard: () => serverState === 'dead' || !line.isUp(),
    serverState: () => serverState,
    killServer,
    reviveServer,
    pauseServer() {
      server.pause()
      serverState = 'paused'
    },

    async startBrowser(): Promise<Page> {
      browser = await openProfile(disk.folder)
      const context = browser.page.context()
      context.setDefaultTimeout(PATIENCE)
      context.setDefaultNavigationTimeout(6 * PATIENCE) // a loaded machine takes its time to open the app
      await context.addInitScript('globalThis.__name = value => value') // the compiler of these files names functions by it
      complaints = watch(context, line.url)
      return browser.page
    },
    async killBrowser() {
      await browser?.kill()
      browser = undefined
      kills.browser++
    },
    /** Scripts of the app that failed. */
    complaints: () => complaints,
    readRecord: (): Promise<Message[]> => readRecord(server.url),

    async remove() {
      await browser?.kill()
      await line.close()
      await server.remove()
      await disk.remove()
      await rm(disk.folder, { recursive: true, force: true })
    },
  }
}
