import { expect, test, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { useDraftList } from '../../src/client/composables/drafts/useDraftList.ts'
import { useDraftsStore } from '../../src/client/stores/drafts.ts'
import { useUnsentCount } from '../../src/client/composables/drafts/useUnsentCount.ts'
import { useUnsentStore } from '../../src/client/stores/unsent.ts'
import { formatAge } from '../../src/client/utils/text/dates.ts'
import { deleteDraft } from '../../src/client/utils/storage/forgetting/forgettingStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { formatBytes } from '../../src/shared/attachments.ts'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdf, png, text } from '../helpers/files.ts'
import { openServer } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** Each session's draft is written in a tab of its own, which is closed. */
async function leaveDraft(words: string, ...files: File[]) {
  const session = newSession()
  const tab = await openTab(session)
  await tab.local.add(session.value)
  await tab.add(files)
  tab.text.value = words
  await tab.drafts.whenSaved(session.value)
  tab.close()
  return session.value
}

function openList() {
  const scope = effectScope()
  const list = scope.run(() => useDraftList())!
  return { ...list, close: () => scope.stop(), shown: () => list.items.value.map(({ text, attachments, state }) => [text, attachments.map(({ name }) => name), state]) }
}

test('every session\'s draft and every message is listed, the newest first, with its files in their order', async () => {
  await leaveDraft('oldest', text('b.txt'), png('a.png'))
  await leaveDraft('older')
  const sending = await leaveDraft('a message', pdf('sent.pdf'))
  const { outbox, drafts, data } = await openTab(newSession())
  await data.loadAttachmentsForSession(sending)
  await outbox.enqueue(sending)
  drafts.setText(sending, 'newest')
  await drafts.whenSaved(sending)

  const { shown, items } = openList()

  await eventually(shown).toEqual([
    ['newest', [], 'saved'],
    ['a message', ['sent.pdf'], 'waiting'],
    ['older', [], 'saved'],
    ['oldest', ['b.txt', 'a.png'], 'saved'],
  ])
  expect(items.value.at(-1)!.attachments[1]).toMatchObject({ thumbnail: expect.stringMatching(/^data:image/), size: png('a.png').size })
  expect(useUnsentCount().value).toBe(4)
})

test('a draft, its session and its undo have one name: the words without their marks, or the first file', async () => {
  const pictures = await leaveDraft('', png('chart.png'), png('other.png'))
  const words = await leaveDraft('The **first chart**\nis wrong')
  await leaveDraft('```js\nrun()\n```')
  const { sessions, outbox, undo, data, drafts } = await openTab(newSession())
  const { items, discard } = openList()
  const listed = () => items.value.map(({ title }) => title)

  await eventually(listed).toEqual(['run()', 'The first chart', 'chart.png'])
  expect(sessions.entries.map(({ title }) => title).sort()).toEqual(listed().sort())
  expect(sessions.titleOf(pictures)).toBe('chart.png')

  await discard(items.value.find(({ id }) => id === pictures)!)
  expect([...undo.offers.values()].map(({ text }) => text)).toEqual(['Draft “chart.png” discarded.'])

  await outbox.enqueue(words)
  drafts.setText(words, 'and another thing')
  expect(sessions.titleOf(words)).toBe('The first chart')
  await data.loadAttachmentsForSession(words)
  expect(sessions.titleOf(words)).toBe('The first chart')
  await drafts.whenSaved(words) // or it would be saved in the next test's browser
})

test('a refused message is listed with its reason, and what is not on this device says so', async () => {
  const session = await leaveDraft('refused')
  const { outbox } = await openTab(session)
  await outbox.enqueue(session)
  await outbox.setProblem(outbox.messages[0]!.id, 'It is too large.')

  const { items } = openList()

  await eventually(() => items.value).toMatchObject([{ state: 'refused', problem: 'It is too large.' }])
})

test('the small pictures of drafts that no session shows come with the list, and hold nothing that would have to be given back', async () => {
  await leaveDraft('pictures', png('one.png'), png('two.png'))
  await openTab(newSession())
  const made = vi.spyOn(URL, 'createObjectURL')
  const list = openList()
  await eventually(list.shown).toEqual([['pictures', ['one.png', 'two.png'], 'saved']])

  expect(list.items.value[0]?.attachments.map(({ thumbnail }) => thumbnail?.split(',')[0])).toEqual([expect.stringMatching(/^data:image/), expect.stringMatching(/^data:image/)])
  expect(made).not.toHaveBeenCalled()
})

test('what another tab discards leaves the list', async () => {
  const session = await leaveDraft('going', png('one.png'))
  await openTab(newSession())
  const list = openList()
  await eventually(list.shown).toEqual([['going', ['one.png'], 'saved']])

  await deleteDraft(session)
  useDraftsStore().messages.delete(session)
  await nextTick()

  await eventually(list.shown).toEqual([])
})

test('a message that another device has sent meanwhile no longer waits here', async () => {
  const server = await openServer()
  const session = newSession()
  const id = crypto.randomUUID()
  const elsewhere = await server.connect()
  await elsewhere.ask({ message_id: id, session_id: session.value, text: 'sent from there' })
  const imported = { kind: 'message', id, sessionId: session.value, projectId: 'default', text: 'sent from there', createdAt: 1, files: 0 }
  await openTab(newSession())
  await useUnsentStore().importFile(
    new File([`{"format":"satchel-drafts","version":1,"entries":[\n${JSON.stringify(imported)}\n]}`], 'drafts.json'), () => undefined)
  expect(await getOutbox()).toMatchObject([{ id }])

  const { outbox, history } = await openConnectedTab({ session, url: server.url })

  await eventually(() => history.items.value.filter(({ role }) => role === 'user')).toMatchObject([{ key: id, text: 'sent from there' }])
  await eventually(getOutbox).toEqual([])
  await eventually(() => outbox.messages).toEqual([])
})

test.each([
  [20_000, 'just now'],
  [60_000, '1 minute ago'],
  [59 * 60_000, '59 minutes ago'],
  [3 * 3_600_000 + 1, '3 hours ago'],
  [25 * 3_600_000, 'yesterday'],
  [5 * 86_400_000, '5 days ago'],
  [8 * 86_400_000, 'last week'],
  [70 * 86_400_000, '2 months ago'],
  [-60_000, 'just now'],
])('%i ms ago is said as "%s"', (age, words) => {
  expect(formatAge(1_700_000_000_000 - age, 1_700_000_000_000)).toBe(words)
})

test('room on a disk is said in gigabytes', () => {
  expect([1.5 * 2 ** 30, 320 * 2 ** 30, 2 ** 30 - 2 ** 20].map(formatBytes)).toEqual(['1.5 GB', '320 GB', '1023 MB'])
})
