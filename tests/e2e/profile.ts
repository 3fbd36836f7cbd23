import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { chromium, firefox, type LaunchOptions } from '@playwright/test'
import { LAUNCH } from './launch.ts'

/** Which browser, and how it is started. */
export interface Engine { browserName?: string, channel?: string, launchOptions?: LaunchOptions }

/** A browser of its own whose profile stays on the disk, as a person's does. */
export async function openProfile(folder: string, { browserName, channel, launchOptions = LAUNCH }: Engine = {}) {
  const profile = path.join(folder, 'browser profile')
  const type = browserName === 'firefox' ? firefox : chromium
  const context = await type.launchPersistentContext(profile, { ...launchOptions, channel, viewport: { width: 1280, height: 800 } })
  const [page = await context.newPage()] = context.pages()

  return {
    page,
    /** As a person does. Does nothing where it is closed or was killed. */
    close: () => context.close(),
    /** All its processes, at once and without a word before. */
    async kill() {
      const closed = context.waitForEvent('close')
      process.kill(-processOf(profile), 'SIGKILL')
      await closed
    },
  }
}

/** The browser's first process, which leads the group of all the others. */
function processOf(profile: string): number {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n')
  const isFirst = (line: string) => !line.includes('--type=') && !line.includes('-contentproc')
  const line = lines.find(line => line.includes(profile) && isFirst(line))
  const [pid, group] = line?.trim().split(/\s+/).map(Number) ?? []
  if (!pid || pid !== group)
    throw new Error(`The browser with the profile ${profile} was not found, or leads no process group: ${line}`)
  return pid
}
