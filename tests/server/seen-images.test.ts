import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { image, named } from '../helpers/blocks.ts'
import { animatedGifBytes, animatedPngBytes, animatedWebpBytes, exifBytes, webpChunk, webpWith } from '../helpers/imageFiles.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const hidden = animatedPngBytes({ hidden: true })

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

async function openWithHidden() {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const { attachments: [attachment] } = await tab.ask({ session_id: 'one', images: [image(hidden)], media: [named('image', 0, 'moving.png')] })
  return { server, attachment: attachment! }
}

test('a picture that moves says so, and one that hides what Claude sees has it beside it', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const { attachments } = await tab.ask({
    session_id: 'one',
    images: [image(pngBytes()), image(hidden), image(animatedPngBytes()), image(animatedGifBytes(), 'image/gif'), image(animatedWebpBytes(), 'image/webp')],
  })

  expect(attachments.map(({ animated, stillUrl }) => [animated, stillUrl !== null])).toEqual([
    [false, false], [true, true], [true, false], [true, false], [true, false],
  ])
  const still = await server.request(attachments[1]!.stillUrl!)
  expect(still.headers.get('content-type')).toBe('image/png')
  expect(await bytesOf(still)).toEqual(pngBytes())
  expect(await bytesOf(await server.request(attachments[1]!.url))).toEqual(hidden)
})

test('the still picture is kept by the browser, harmless, and not there for another tenant, or of what is no PNG', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))
  const posted = await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('moving.png', hidden), file('moving.gif', animatedGifBytes())]))
  const { message: { attachments: [png, gif] } } = await posted.json() as PostedMessage

  const { headers } = await server.request(png!.stillUrl!)
  expect(Object.fromEntries(headers)).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox; default-src \'none\'' })
  expect((await server.request(png!.stillUrl!, { headers: { 'if-none-match': headers.get('etag')! } })).status).toBe(304)
  expect((await server.request(`${gif!.url}/still`)).status).toBe(404)
  server.as(ZOE)
  expect((await server.request(png!.stillUrl!)).status).toBe(404)
})

test('a PNG that was stored before anybody looked at how it moves shows its still picture, and is known from then on', async () => {
  const { server, attachment } = await openWithHidden()
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.exec('update attachments set animated = null, hides_still = null, sideways = null')
  database.close()
  const before = await server.messages('one')
  expect(before[0]!.attachments).toMatchObject([{ animated: null, sideways: null, stillUrl: attachment.stillUrl }])

  expect(await bytesOf(await server.request(attachment.stillUrl!))).toEqual(pngBytes())

  expect((await server.messages('one'))[0]!.attachments).toMatchObject([{ animated: true, stillUrl: attachment.stillUrl }])
})

test('width and height are those that a person sees: a photo that is turned has them exchanged, a WebP that is shown as it lies has not, and says so', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const photo = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'teal' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const lying = webpWith([webpChunk('EXIF', exifBytes({ orientation: 6 }))])

  await server.request('/api/sessions', json({ id: 'one' }))
  const posted = await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('photo.jpg', photo), file('lying.webp', lying)]))

  const { message: { attachments } } = await posted.json() as PostedMessage
  expect(attachments).toMatchObject([{ width: 20, height: 40, sideways: false }, { sideways: true }])
})
