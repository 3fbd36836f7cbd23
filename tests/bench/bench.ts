import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type CDPSession, type Page } from '@playwright/test'
import { textbox } from '../e2e/app.ts'
import { LAUNCH } from '../e2e/launch.ts'
import { startServer } from '../e2e/serverProcess.ts'
import { pageScript } from './pageScript.ts'

/** A page that is measured. */
export interface Measured {
  page: Page
  cdp: CDPSession
  /** Takes what it stored off the device, and closes it. */
  leave: () => Promise<void>
}

/** The app, the floor, and Uppy with Golden Retriever beside them. */
export type Side = 'app' | 'floor' | 'uppy'

export type Bench = Awaited<ReturnType<typeof openBench>>

/** Milliseconds that a busy machine may take for anything here. */
const PATIENCE = 300_000

/** The app and the floor, each on a server process of its own, in one browser whose profile lies on the disk. */
export async function openBench(runs: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const files = path.join(folder, 'files')
  await mkdir(files)
  const server = await startServer()
  const floor = await startFloor()
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), { ...LAUNCH, viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(PATIENCE)
  // The compiler of these files names functions by a helper that a page does not have.
  await context.addInitScript('globalThis.__name = value => value')
  await context.addInitScript({ content: (await pageScript('probe.ts')).replace(/^export .*$/gm, '') })

  /** A new tab on one side, with nothing stored. @param address other than that side's own */
  async function open(side: Side, address?: string): Promise<Measured> {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await page.goto(address ?? { app: server.url, floor: floor.url, uppy: `${floor.url}/uppy` }[side])
    await textbox(page).waitFor()
    await page.waitForLoadState('networkidle')
    return {
      page,
      cdp,
      async leave() {
        const { origin } = new URL(page.url())
        await page.goto('about:blank')
        await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,local_storage' })
        await page.close()
      },
    }
  }

  const system = await context.browser()?.newBrowserCDPSession()

  /** Milliseconds of a processor that all processes of the browser have taken so far. */
  async function processorTime(): Promise<number> {
    const info = await system?.send('SystemInfo.getProcessInfo')
    return 1000 * (info?.processInfo ?? []).reduce((total, { cpuTime }) => total + cpuTime, 0)
  }

  return {
    runs,
    processorTime,
    /** Where files can be made. */
    files,
    open,
    context,
    /** Of the app. */
    url: server.url,
    version: `Chromium ${context.browser()?.version() ?? ''}`,
    async close() {
      await context.close()
      await Promise.all([server.remove(), floor.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startFloor() {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'floorServer.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data') as [Buffer]
  return {
    url: said.toString().trim(),
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
