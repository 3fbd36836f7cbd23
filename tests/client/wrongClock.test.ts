import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useServerClockStore } from '../../src/client/stores/serverClock.ts'
import { useSessionsStore } from '../../src/client/stores/sessions.ts'

beforeEach(() => setActivePinia(createPinia()))

const HOUR = 60 * 60 * 1000

test.each([
  ['a day and a half behind', -36 * HOUR],
  ['less behind than anybody notices', -900],
  ['a day ahead', 24 * HOUR],
  ['right', 0],
])('a new session is the first in the list, and an older one that is spoken in comes before it, with a clock that is %s', async (_how, wrong) => {
  const server = (ago: number) => Date.now() - wrong - ago
  const sessions = useSessionsStore()
  const say = (id: string, ago: number) => {
    const at = new Date(server(ago)).toISOString()
    sessions.update({ id, projectId: 'default', title: id, createdAt: at, updatedAt: at, running: false, asking: false, mediaCount: 0, attachmentCount: 0, lastMessage: null })
  }
  const order = () => sessions.entries.map(({ id }) => id)
  useServerClockStore().hear(server(0))
  say('old', 2 * HOUR)
  say('newest', 0)

  await sessions.begin('new')
  expect(order()).toEqual(['new', 'newest', 'old'])

  say('old', -2000) // two seconds later
  expect(order()).toEqual(['old', 'new', 'newest'])
})
