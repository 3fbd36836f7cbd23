import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type * as sdk from '../../src/sdk/satchel.ts'
import { expect, test } from './satchel.ts'

// The built package, as somebody who installed it has it.

const PACKAGE = path.resolve(import.meta.dirname, '../..')
const BUILT = path.join(PACKAGE, 'dist/sdk')
const run = promisify(execFile)

/** A project of its own, with the package installed. */
async function openProject(files: Record<string, string>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-user-'))
  await mkdir(path.join(folder, 'node_modules'))
  await symlink(PACKAGE, path.join(folder, 'node_modules/satchel'))
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(folder, name), content)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

test('a page sends a file, hears how far it is, and reads the answer as it comes', async ({ page, context, server }) => {
  // The page's own server has no such address: the files come from the build, with their true names and types.
  await context.route(`${server.url}/built/**`, async (route) => {
    const file = path.join(BUILT, new URL(route.request().url()).pathname.replace('/built/', ''))
    await route.fulfill({ contentType: 'text/javascript', body: await readFile(file) })
  })
  await page.goto('/')

  const seen = await page.evaluate(async () => {
    const address = '/built/sdk/satchel.js'
    const { createSatchelClient, dataUrlToBuffer, attachmentToDataUrl, isImageMimeType } = await import(address) as typeof sdk
    const client = createSatchelClient({ baseUrl: location.origin })
    const canvas = new OffscreenCanvas(700, 700)
    const pixels = canvas.getContext('2d')!.createImageData(700, 700)
    for (let start = 0; start < pixels.data.length; start += 65_536)
      crypto.getRandomValues(pixels.data.subarray(start, start + 65_536))
    canvas.getContext('2d')!.putImageData(pixels, 0, 0)
    const picture = await canvas.convertToBlob({ type: 'image/png' })

    const { id } = await client.createSession({ title: 'From a page' })
    const progress: number[] = []
    const upload = await client.uploadAttachment({ filename: 'noise.png', content: picture, mimeType: 'image/png' }, { onProgress: ({ loaded, total }) => progress.push(loaded / total) })
    const events: string[] = []
    let answer = ''
    for await (const event of client.streamMessage(id, 'what is this?', { uploadIds: [upload.id], attachments: [{ filename: 'notes.txt', content: 'Grüße', mimeType: 'text/plain' }] })) {
      events.push(event.type)
      answer += event.type === 'text_delta' ? event.delta : ''
    }
    const refused = await client.getSession('nothing').then(() => undefined, (error: sdk.SatchelError) => error)
    const part = await client.downloadAttachment(upload.id, { range: { start: 0, end: 7 } })
    const stopped = new AbortController()
    const aborted = client.uploadAttachment({ filename: 'noise.png', content: picture, mimeType: 'image/png' }, { signal: stopped.signal, onProgress: () => undefined }).catch((error: unknown) => (error as Error).message)
    stopped.abort(new Error('not now'))
    return {
      size: picture.size,
      upload,
      progress,
      events,
      answer,
      refused: [refused?.name, refused?.status, refused?.code],
      part: [part.status, ...new Uint8Array(await part.arrayBuffer())],
      aborted: await aborted,
      dataUrl: [...dataUrlToBuffer(attachmentToDataUrl({ mimeType: 'text/plain', content: new Uint8Array([0, 255, 7]) }))],
      image: isImageMimeType('image/png'),
    }
  })

  expect(seen.upload).toMatchObject({ name: 'noise.png', type: 'image/png', size: seen.size })
  expect(seen.progress.at(-1)).toBe(1)
  expect(seen.progress).toEqual([...seen.progress].sort((a, b) => a - b))
  expect([seen.events[0], seen.events.at(-1)]).toEqual(['message_accepted', 'message_completed'])
  expect(seen.answer).toContain(`noise.png`)
  expect(seen.answer).toContain(seen.upload.sha256)
  expect(seen.answer).toContain('what is this?')
  expect(seen.refused).toEqual(['SatchelError', 404, 'not_found'])
  expect(seen.part).toEqual([206, 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  expect(seen.aborted).toBe('not now')
  expect([seen.dataUrl, seen.image]).toEqual([[0, 255, 7], true])
})

const SCRIPT = `
import { createSatchelClient, isDocumentMimeType, SatchelError, type StreamedEvent } from 'satchel/sdk'

const client = createSatchelClient({ baseUrl: process.argv[2]! })
const { id } = await client.createSession({ title: 'From a script' })
const response: Response = await client.sendMessage(id, 'hello', { attachments: [{ filename: 'a.txt', content: 'text', mimeType: 'text/plain' }] })
const { message } = await response.json() as { message: { id: string } }
const [attachment] = await client.listMessageAttachments(id, message.id)
const name: string | undefined = attachment?.filename
const types: StreamedEvent['type'][] = []
for await (const event of client.streamMessage(id, 'again'))
  types.push(event.type)
const error = await client.getSession('nothing').catch((reason: unknown) => reason)
// @ts-expect-error -- the compiler knows what an id is
const wrong = () => client.getSession(5)
console.log(JSON.stringify([typeof wrong && name, types.at(-1), error instanceof SatchelError && error.code, isDocumentMimeType('application/pdf')]))
`

test('a script in Node imports the package by its name, and the compiler knows its types', async ({ server }) => {
  const tsconfig = { compilerOptions: { target: 'es2023', module: 'nodenext', lib: ['es2023', 'dom', 'dom.iterable'], strict: true, skipLibCheck: true, types: ['node'], typeRoots: [path.join(PACKAGE, 'node_modules/@types')] }, files: ['script.ts'] }
  const project = await openProject({ 'package.json': '{"type":"module"}', 'script.ts': SCRIPT, 'tsconfig.json': JSON.stringify(tsconfig) })
  try {
    await run(process.execPath, [path.join(PACKAGE, 'node_modules/typescript/bin/tsc'), '-p', project.folder]).catch((error: { stdout: string }) => expect(error.stdout).toBe(''))
    const { stdout } = await run(process.execPath, ['script.js', server.url], { cwd: project.folder })
    expect(JSON.parse(stdout)).toEqual(['a.txt', 'message_completed', 'not_found', true])
  }
  finally {
    await project.remove()
  }
})
