import { describe, expect, test } from 'vitest'
import { image, named, pdf } from '../helpers/blocks.ts'
import { gifBytes, jpegBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import type { StubRefusal, StubRequest } from '../helpers/messagesApiStub.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'

const reason = await missingSdk()

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const [good, bad, other, report, bill] = [pngBytes({ seed: 1 }), jpegBytes(), gifBytes(), pdfBytes({ pages: 1 }), pdfBytes({ pages: 2 })]

/** As the API answers to a file that it does not take. */
const refusalOf = (bytes: Uint8Array, message: (place: string) => string, status = 400, type = 'invalid_request_error'): StubRefusal =>
  ({ data: base64(bytes), reply: place => ({ status, type, message: message(place) }) })

const message = {
  session_id: 'one',
  text: 'compare these',
  images: [image(other, 'image/gif'), image(bad, 'image/jpeg')],
  documents: [pdf(report, 'report.pdf'), pdf(bill, 'bill.pdf')],
  media: [named('image', 0, 'move.gif'), named('image', 1, 'photo.jpg')],
}

const dataOf = (request: StubRequest | undefined) => JSON.stringify(request?.messages)

// Each turn starts a real process.
describe.skipIf(reason)('Claude', () => {
  test.each<[string, Uint8Array, string, (place: string) => string, RegExp, number?, string?]>([
    ['an image', bad, 'photo.jpg', place => `${place}.image.source.base64: The image was specified using the image/png media type, but the image appears to be a image/jpeg image`, /another type/],
    ['a PDF', bill, 'bill.pdf', place => `${place}.pdf.source.base64.data: The PDF specified is password protected.`, /password/],
  ])('that refuses %s says which, and goes on from where the conversation was', async (_, bytes, filename, words, says) => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push({ text: 'A fine picture.' })
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'look at this first', images: [image(good)] }))
    api.refusals.push(refusalOf(bytes, words))

    const failed = await tab.answerTo(await tab.ask(message))
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'what did you see first?' }))

    expect(failed).toMatchObject({ status: 'failed', text: '', problem: { code: 'attachment_rejected_by_agent', filename } })
    expect(failed.problem!.detail).toContain(`“${filename}”`)
    expect(failed.problem!.detail).toMatch(says)
    expect(next).toMatchObject({ status: 'complete', text: 'All right.' })
    const request = dataOf(api.requests.at(-1))
    for (const kept of ['look at this first', base64(good), 'A fine picture.', 'what did you see first?'])
      expect(request).toContain(kept)
    for (const gone of ['compare these', base64(other), base64(bad), base64(report), base64(bill)])
      expect(request).not.toContain(gone)
    expect(await server.sessions()).toMatchObject([{ mediaCount: 1 }])
  })

  test.each<[string, Uint8Array, string, (place: string) => string, RegExp]>([
    ['cannot be processed', bad, 'photo.jpg', place => `${place}.image.source.base64.data: Could not process image`, /could not be read/],
    ['is empty', bad, 'photo.jpg', place => `${place}.image.source.base64: image cannot be empty`, /empty/],
    ['is not base64', bad, 'photo.jpg', place => `${place}.image.source.base64: invalid base64 data`, /damaged/],
    ['has too many bytes', bad, 'photo.jpg', place => `${place}.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes`, /too large/],
    ['has too many pixels', bad, 'photo.jpg', place => `${place}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels`, /too many pixels/],
    ['has too many pixels among many', bad, 'photo.jpg', place => `${place}.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels`, /2000 pixels/],
    ['has too many pages', bill, 'bill.pdf', place => `${place}.pdf.source.base64.data: A maximum of 100 PDF pages may be provided.`, /too many pages/],
    ['is no PDF', bill, 'bill.pdf', place => `${place}.pdf.source.base64.data: The PDF specified was not valid.`, /not a PDF/],
  ])('names the file that %s', async (_, bytes, filename, words, says) => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.refusals.push(refusalOf(bytes, words))

    const failed = await tab.answerTo(await tab.ask(message))

    expect(failed).toMatchObject({ status: 'failed', problem: { code: 'attachment_rejected_by_agent', filename } })
    expect(failed.problem!.detail).toMatch(says)
    expect(failed.problem!.detail).not.toMatch(/messages\.|base64|req_|[{}]/)
  })

  test('that does not say which image it cannot read names those that it may be', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.refusals.push(refusalOf(bad, () => 'Could not process image'))

    const failed = await tab.answerTo(await tab.ask(message))

    expect(failed.problem).toMatchObject({ code: 'attachment_rejected_by_agent', detail: expect.stringMatching(/one of “move\.gif”, “photo\.jpg”: it could not be read/) })
    expect(failed.problem!.filename).toBeUndefined()
  })

  test.each([
    ['images and pages', 400, 'invalid_request_error', 'Too much media: 3 document pages + 98 images > 100', /more images and PDF pages than it takes/],
    ['bytes', 413, 'request_too_large', 'Request exceeds the maximum size', /32 MB/],
    ['words', 400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum', /too long/],
  ])('that gets too much of %s says so, and the next message works', async (_, status, type, words, says) => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.refusals.push(refusalOf(bad, () => words, status, type))

    const failed = await tab.answerTo(await tab.ask(message))
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and now?' }))

    expect(failed).toMatchObject({ status: 'failed', problem: { detail: expect.stringMatching(says) } })
    expect(failed.problem!.detail).toMatch(/ or begin a new session\.$/)
    expect(next.status).toBe('complete')
    expect(dataOf(api.requests.at(-1))).not.toContain('compare these')
  })

  test('that no longer takes an older file answers without it, and tells', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'look at this', images: [image(bad, 'image/jpeg')] }))
    api.refusals.push(refusalOf(bad, place => `${place}.image.source.base64.data: Could not process image`))

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and?', images: [image(good)] }))
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and now?' }))

    expect(answer).toMatchObject({ status: 'complete', text: expect.stringMatching(/can no longer be read by Claude[\s\S]*All right\.$/) })
    expect(next.status).toBe('complete')
  })

  test('that was stopped before it could refuse a file still answers the next message, again and again', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'remember the word pear' }))
    api.replies.push({ hang: '' })
    const stopped = await tab.ask({ ...message, documents: [] })
    await expect.poll(() => api.requests.length).toBe(2)
    tab.send({ type: 'stop', session_id: 'one' })
    await tab.answerTo(stopped)
    api.refusals.push(refusalOf(bad, place => `${place}.image.source.base64.data: Could not process image`))

    for (const text of ['which word?', 'are you sure?']) {
      expect(await tab.answerTo(await tab.ask({ session_id: 'one', text }))).toMatchObject({ status: 'complete' })
      expect(dataOf(api.requests.at(-1))).toContain('pear')
    }
  })

  test('that failed after it was stopped remembers what it was stopped at, and nothing of the failure', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push({ hang: 'Once upon ' })
    const stopped = await tab.ask({ session_id: 'one', text: 'tell me about pears' })
    await tab.heard('text_delta')
    tab.send({ type: 'stop', session_id: 'one' })
    await tab.answerTo(stopped)
    api.refusals.push(refusalOf(bad, () => 'Request exceeds the maximum size', 413, 'request_too_large'))

    expect(await tab.answerTo(await tab.ask(message))).toMatchObject({ status: 'failed' })
    expect(await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go on' }))).toMatchObject({ status: 'complete' })

    expect(dataOf(api.requests.at(-1))).toContain('tell me about pears')
    expect(dataOf(api.requests.at(-1))).not.toContain('compare these')
  })
})
