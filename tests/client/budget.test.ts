import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { budgetLine, messageBudget } from '../../src/client/utils/limits/budget.ts'

const MB = 1024 * 1024
const view = (name: string, kind: AttachmentView['kind'], size: number, more: Partial<AttachmentView> = {}): AttachmentView =>
  ({ id: name, name, kind, mimeType: '', size, state: 'saved', ...more })

test('a message is weighed as it travels: base64 is a third larger, text is not', () => {
  const { bytes } = messageBudget('', [view('a.png', 'image', 3 * MB), view('b.txt', 'txt', 3 * MB)])

  expect(bytes).toBeGreaterThanOrEqual(4 * MB + 3 * MB)
  expect(bytes).toBeLessThan(7 * MB + 2000)
})

test('pictures and pages count, also those that the session holds already', () => {
  const budget = messageBudget('', [view('a.png', 'image', 1), view('b.pdf', 'pdf', 1, { pages: 4 }), view('c.txt', 'txt', 1)], 12)

  expect(budget).toMatchObject({ media: 5, mediaBefore: 12, problems: [] })
  expect(budgetLine(budget)).toMatch(/^17 of 100 images and pages, 12 sent before · /)
})

test('tokens are estimated from what is seen: squares of 28 pixels, pages, characters', () => {
  expect(messageBudget('', [view('a.png', 'image', 1, { width: 1920, height: 1080 })]).tokens).toBe(69 * 39)
  expect(messageBudget('x'.repeat(4000), []).tokens).toBe(1000)
  expect(budgetLine(messageBudget('x'.repeat(49_399), []))).toMatch(/about 12,000 tokens$/)
})

test('a message of exactly the limit is no problem; over it, the largest files that would do are named', () => {
  expect(messageBudget('', [view('a.txt', 'txt', LIMITS.messageBytes - 1000)]).problems).toEqual([])

  const [problem] = messageBudget('', [
    view('small.png', 'image', 100_000), view('big.png', 'image', 3 * MB), view('huge.txt', 'txt', 5 * MB), view('rest.txt', 'txt', 25 * MB),
  ]).problems
  expect(problem!.text).toMatch(/the limit is 30 MB\. Leave out rest\.txt \(25 MB\)/)
  expect(problem!.remove.map(({ name }) => name)).toEqual(['rest.txt'])
  expect(problem!.reduce.map(({ name }) => name)).toEqual(['big.png'])
})

test('more images and pages than a conversation holds: how many, how many before, and which to leave out', () => {
  const [problem] = messageBudget('', [view('long.pdf', 'pdf', 1, { pages: 60 }), view('a.png', 'image', 1)], 50).problems

  expect(problem!.text).toMatch(/^111 images and pages \(50 of them sent before\) are more than the 100.*Leave out long\.pdf.*begin a new session/)
})

test('a long conversation does not keep a plain text from being sent', () => {
  expect(messageBudget('just words', [], 100).problems).toEqual([])
})

test('where many have to be left out, three are named and the rest is counted', () => {
  const [problem] = messageBudget('', Array.from({ length: 12 }, (_, i) => view(`${i}.txt`, 'txt', 5 * MB))).problems

  expect(problem!.remove).toHaveLength(7)
  expect(problem!.text).toMatch(/Leave out 0\.txt \(5 MB\), 1\.txt \(5 MB\), 2\.txt \(5 MB\) and 4 more, or/)
})

test('nobody is told of limits before half of one is taken, by bytes, pictures and pages, files for the folder, or text', () => {
  const close = (...given: Parameters<typeof messageBudget>) => messageBudget(...given).isClose

  expect([
    close('', [view('a.txt', 'txt', 14 * MB), view('b.pdf', 'pdf', 1, { pages: 25 })], 20),
    close('', [view('a.zip', 'file', 20 * MB)]),
    close('x'.repeat(LIMITS.messageTextBytes / 2 - 1), []),
  ]).toEqual([false, false, false])
  expect([
    close('', [view('a.txt', 'txt', 16 * MB)]),
    close('', [view('b.pdf', 'pdf', 1, { pages: 31 })], 20),
    close('', [view('a.zip', 'file', 25 * MB)]),
    close('x'.repeat(LIMITS.messageTextBytes / 2 + 1), []),
  ]).toEqual([true, true, true, true])
})

test('a PDF that has to be cut is told once, and never again in what all of them come to', () => {
  const long = view('long.pdf', 'pdf', MB, { pages: 240 })
  const { problems } = messageBudget('', [long, view('a.png', 'image', 1), view('b.png', 'image', 1)])

  expect(problems.map(({ cut }) => cut?.name)).toEqual(['long.pdf'])
  expect(messageBudget('', [long, ...Array.from({ length: 101 }, (_, i) => view(`${i}.png`, 'image', 1))]).problems).toHaveLength(2)
})
