import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import SettingsPage from '../../src/client/components/settings/SettingsPage.vue'
import { getDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { media } from '../../src/client/workers/media.ts'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { eventually } from '../helpers/eventually.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { openServer } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

enableAutoUnmount(afterEach)

const quiet = () => vi.spyOn(console, 'warn').mockImplementation(() => undefined)

function switchStorageOff() {
  quiet()
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('storage is switched off', 'SecurityError')
  })
}

/** As a device that has room for all but these: their transactions come to nothing. */
function leaveNoRoomFor(...names: string[]) {
  quiet()
  const put = IDBObjectStore.prototype.put
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: Partial<DraftMedia>, key?: IDBValidKey) {
    if (this.name === 'draftMedias' && names.includes(value.name ?? ''))
      throw new DOMException('full', 'QuotaExceededError')
    return put.call(this, value, key)
  })
}

test('a browser without storage says so, and still takes files and sends them', async () => {
  switchStorageOff()
  const server = await openServer()
  const session = newSession()
  const { add, text, send, drafts, attachments, outbox, connection } = await openConnectedTab({ session, url: server.url })
  await eventually(() => connection.state.value).toBe('open')
  expect(drafts.saveProblem).toMatch(/cannot be read, and what you write is not being saved/)

  await add([png('one.png'), textFile('two.txt')])
  text.value = 'no storage here'
  expect(attachments.value.map(({ name, state }) => [name, state])).toEqual([['one.png', 'tab-only'], ['two.txt', 'tab-only']])
  await send()

  await eventually(() => outbox.messages).toEqual([])
  expect((await server.messages(session.value))[0]).toMatchObject({
    text: 'no storage here', attachments: [{ filename: 'one.png' }, { filename: 'two.txt' }],
  })
  expect(text.value).toBe('')
})

test('the settings of a browser without storage speak of no room that nothing can take', async () => {
  switchStorageOff()
  await openTab(newSession(), { unread: true })

  const router = createRouter({ history: createMemoryHistory('/settings'), routes: [{ path: '/:rest(.*)*', component: SettingsPage }] })
  const settings = mount(SettingsPage, { global: { plugins: [router] } })

  expect(settings.text()).toContain('what you write is not being saved')
  expect(settings.text()).not.toContain('stored in this browser')
  expect(settings.findAll('sl-button').map(button => button.text())).toEqual(['Keyboard shortcuts'])
})

test('without storage and connection a message waits in the tab, says so, and can be edited and discarded', async () => {
  switchStorageOff()
  const session = newSession()
  const { add, text, names, attachments, outbox, undo } = await openTab(session, { unread: true })
  await add([png('one.png')])
  text.value = 'waits'

  await outbox.enqueue(session.value)
  const [message] = outbox.messages
  expect(outbox.tabOnly.has(message!.id)).toBe(true)
  expect(names()).toEqual([])

  await outbox.edit(message!.id)
  expect(text.value).toBe('waits')
  expect(attachments.value).toMatchObject([{ name: 'one.png', state: 'tab-only' }])
  expect(outbox.messages).toEqual([])

  await outbox.enqueue(session.value)
  const putBack = await outbox.discard(outbox.messages[0]!.id)
  expect(outbox.messages).toEqual([])
  await putBack?.()
  expect(outbox.messages).toMatchObject([{ text: 'waits' }])
  expect(undo.offers.size).toBe(0)
})

test('quota that ends in the middle of a batch costs only what did not fit, which stays usable in the tab', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, attachments, outbox, connection } = await openConnectedTab({ session, url: server.url })
  await eventually(() => connection.state.value).toBe('open')
  const full = leaveNoRoomFor('large.png')

  await add([png('one.png', 1), png('large.png', 2), png('three.png', 3)])

  expect(attachments.value.map(({ name, state }) => [name, state])).toEqual([['one.png', 'saved'], ['large.png', 'tab-only'], ['three.png', 'saved']])
  expect((await getDraftMedias(attachments.value.map(({ id }) => id))).map(({ name }) => name)).toEqual(['one.png', 'three.png'])
  text.value = 'all three'
  await send()
  await eventually(() => outbox.messages).toEqual([])
  expect((await server.messages(session.value))[0]!.attachments.map(({ filename }) => filename)).toEqual(['one.png', 'large.png', 'three.png'])
  full.mockRestore()
  expect(await getOutbox()).toEqual([])
})

test('a file that only a closed tab had is said to be missing, and its message can be edited', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const full = leaveNoRoomFor('large.png')
  await tab.add([png('one.png', 1), png('large.png', 2)])
  tab.text.value = 'two files'
  await tab.outbox.enqueue(session.value)
  await media.forget(tab.outbox.messages[0]!.mediaIds) // the tab is gone, and its memory with it
  full.mockRestore()
  const server = await openServer()

  const later = await openConnectedTab({ session, url: server.url })

  await eventually(() => later.outbox.messages[0]?.problem).toMatch(/no longer on this device/)
  await later.outbox.edit(later.outbox.messages[0]!.id)
  expect(later.text.value).toBe('two files')
  expect(later.attachments.value.map(({ name }) => name)).toEqual(['one.png'])
})
