import { test as base, expect, type BrowserContext } from '@playwright/test'
import { openDisk, type Disk } from './disk.ts'
import { openProfile } from './profile.ts'
import { startServer, type Server } from './serverProcess.ts'

export { expect }

interface Options {
  /** More settings of the server. */
  serverEnv: Record<string, string>
}

type Profile = Awaited<ReturnType<typeof openProfile>>

interface Fixtures {
  /** A server of the test's own; `page.goto('/')` leads to it. */
  server: Server
  /** Real files, to be attached. */
  disk: Disk
  /** A browser of its own of the kind that is tested, whose profile stays on the test's disk. */
  openProfile: () => Promise<Profile>
}

export const test = base.extend<Fixtures & Options>({
  serverEnv: [{}, { option: true }],

  server: async ({ serverEnv }, use) => {
    const server = await startServer({ env: serverEnv })
    await use(server)
    await server.remove()
  },

  // eslint-disable-next-line no-empty-pattern -- the runner reads there what is needed first: nothing
  disk: async ({}, use) => {
    const disk = await openDisk()
    await use(disk)
    await disk.remove()
  },

  openProfile: async ({ disk, browserName, channel, launchOptions }, use) => {
    const opened: Profile[] = []
    await use(async () => {
      const profile = await openProfile(disk.folder, { browserName, channel, launchOptions })
      opened.push(profile)
      return profile
    })
    await Promise.all(opened.map(profile => profile.close())) // one that still writes would be in the way when the disk goes
  },

  baseURL: ({ server }, use) => use(server.url),

  /** In every test: no script of the app fails, and nobody but its own server is asked for anything. */
  context: async ({ context, server }, use) => {
    const complaints = watch(context, server.url)
    await use(context)
    expect(complaints).toEqual([])
  },
})

export function watch(context: BrowserContext, url: string): readonly string[] {
  const complaints: string[] = []
  let pictureCut = false
  context.on('requestfailed', (request) => { pictureCut ||= request.resourceType() === 'image' })
  context.on('weberror', (error) => {
    const said = String(error.error())
    if (!isLineLost(said) && !(pictureCut && isHalfPicture(said)))
      complaints.push(`failed: ${said}`)
  })
  context.on('console', message => /Content Security Policy/.test(message.text()) && complaints.push(message.text()))
  context.on('request', (request) => {
    if (/^(http|ws)/.test(request.url()) && new URL(request.url()).host !== new URL(url).host)
      complaints.push(`asked another host: ${request.url()}`)
  })
  return complaints
}

/** Firefox tells of a line that is lost, which is no script's fault, where it tells of scripts that fail. */
const isLineLost = (said: string) => /(establish a connection to the server at|The connection to) wss?:/.test(said)

/** So does it of a picture that was still loading when its page was left. The next page asks for the rest of it. */
const isHalfPicture = (said: string) => /^Image corrupt or truncated/.test(said)
