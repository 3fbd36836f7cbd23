// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import NoticeList from '../../src/client/components/ui/NoticeList.vue'
import { useDiscard } from '../../src/client/composables/drafts/useDiscard.ts'
import { png, zip } from '../helpers/files.ts'
import { eventually } from '../helpers/eventually.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'

enableAutoUnmount(afterEach)

const MOVES = 'one.png moves: Claude sees only its first frame.'

/** A tab with one picture, and something told of it. */
async function openTelling() {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('one.png'), png('two.png', 2)])
  const [view] = tab.attachments.value
  useNoticesStore().tell(session.value, MOVES, 'neutral', { about: view!.id })
  return { ...tab, session, view: view!, undo: () => tab.undo.take([...tab.undo.offers.keys()].at(-1)!) }
}

test('what is told of a file goes with the file, and comes back with it', async () => {
  const { told, remove, view, undo } = await openTelling()
  expect(told()).toEqual([MOVES])

  await remove(view)
  expect(told()).toEqual([])

  await undo()
  expect(told()).toEqual([MOVES])
})

test('what is told in a draft goes with the draft, and comes back with it', async () => {
  const { told, add, session, undo } = await openTelling()
  await add([zip('a.zip')])
  expect(told()).toEqual([MOVES, expect.stringContaining('a.zip')])

  await useDiscard().discardDraft(session.value)
  expect(told()).toEqual([])

  await undo()
  expect(told()).toEqual([MOVES, expect.stringContaining('a.zip')])
})

test('a refusal goes once the file was attached after all', async () => {
  const { told, add, remove, view } = await openTelling()
  await remove(view)
  await add([zip('shot.png')])
  expect(told()).toEqual([expect.stringContaining('shot.png')])

  await add([png('shot.png', 3)])

  expect(told()).toEqual([])
})

test('that something could not be done is over when it is done', async () => {
  const { told, remove, view, data, undo } = await openTelling()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(data, 'removeAttachment').mockRejectedValueOnce(new Error('the disk is busy'))

  await remove(view)
  expect(told()).toEqual([MOVES, expect.stringContaining('could not be removed')])
  await remove(view)
  await undo()

  expect(told()).toEqual([MOVES])
})

test('many refusals are one alert, which is opened to see each and dismissed as one', async () => {
  const refusals = Array.from({ length: 19 }, (_, i) => ({ id: `${i}`, text: `${i}.zip was not attached, because.`, tone: 'danger' as const, rejected: `${i}.zip` }))
  const other = { id: 'other', text: 'The title was not changed.', tone: 'danger' as const }
  const list = mount(NoticeList, { props: { notices: [...refusals, other] }, attachTo: document.body })
  await eventually(() => list.text()).toContain('19 files were not attached') // by a part that is loaded with the first of them
  const alerts = list.findAll<HTMLElement>('[role="alert"]')

  expect(alerts).toHaveLength(2)
  expect(alerts[0]!.text()).toContain('19 files were not attached')
  expect(alerts[0]!.get<HTMLElement>('ul').isVisible()).toBe(false)
  await alerts[0]!.get('button[aria-expanded]').trigger('click')
  expect(alerts[0]!.findAll('li').map(item => item.text())).toEqual(refusals.map(({ text }) => text))
  expect(alerts[0]!.get<HTMLElement>('ul').isVisible()).toBe(true)

  await alerts[0]!.get('button[aria-label^="Dismiss"]').trigger('click')
  expect(list.emitted('dismiss')).toEqual(refusals.map(({ id }) => [id]))
})
