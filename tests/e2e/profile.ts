import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { LAUNCH } from './launch.ts'

/** A browser of its own whose profile stays on the disk, as a person's does. */
export async function openProfile(folder: string) {
  const profile = path.join(folder, 'browser profile')
  const context = await chromium.launchPersistentContext(profile, { ...LAUNCH, viewport: { width: 1280, height: 800 } })
  const [page = await context.newPage()] = context.pages()

  return {
    page,
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
  const line = lines.find(line => line.includes(`--user-data-dir=${profile}`) && !line.includes('--type='))
  const [pid, group] = line?.trim().split(/\s+/).map(Number) ?? []
  if (!pid || pid !== group)
    throw new Error(`The browser with the profile ${profile} was not found, or leads no process group: ${line}`)
  return pid
}
