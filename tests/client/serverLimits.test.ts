import { afterEach, expect, test } from 'vitest'
import { IMAGE_BASE64_CHARS, LIMITS } from '../../src/shared/attachments.ts'
import { base64Length } from '../../src/shared/base64.ts'
import { followServerLimits, imageBase64Chars } from '../../src/client/utils/limits/serverLimits.ts'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { openServer } from '../helpers/openServer.ts'
import { newSession } from '../helpers/openTab.ts'

afterEach(() => followServerLimits(LIMITS))

test('pictures are admitted by what the server takes, once it has said that', async () => {
  const server = await openServer({ limits: { ...LIMITS, imageBase64Chars: 6_000_000 } })
  expect(imageBase64Chars()).toBe(LIMITS.imageBase64Chars)

  const { connection } = await openConnectedTab({ session: newSession(), url: server.url })

  await expect.poll(imageBase64Chars).toBe(6_000_000)
  expect(connection.state.value).toBe('open')
})

test.each<Record<string, number>>([{}, { imageBase64Chars: 0 }, { imageBase64Chars: NaN }, { imageBase64Chars: 1e9 }])('what makes no sense changes nothing: %o', (told) => {
  followServerLimits(told)

  expect(imageBase64Chars()).toBe(LIMITS.imageBase64Chars)
})

test('no picture may be set to be larger than a file', () => {
  expect(IMAGE_BASE64_CHARS.most).toBe(base64Length(LIMITS.fileBytes))
})
