import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createEvents } from '../../src/server/events.ts'
import { createHistory } from '../../src/server/history.ts'
import { createSessions } from '../../src/server/sessions.ts'
import { openDatabase } from '../../src/server/storage/database.ts'
import { insertUserMessage } from '../../src/server/storage/messageInsert.ts'
import { createLive } from '../../src/server/turns/live.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

const session = { tenant: 'default', id: 'one' }

test('a message that arrives while the history is being read is in the page, or comes after it', async () => {
  const file = path.join(await temporaryFolder(), 'satchel.sqlite')
  const [database, sender] = [await openDatabase(file), await openDatabase(file)]
  onTestFinished(async () => {
    await database.destroy()
    await sender.destroy()
  })
  const events = createEvents()
  const live = createLive()
  const sessions = createSessions({ database, events, live })
  const store = async (text: string) => {
    const message = await insertUserMessage(sender, { session, user: 'default', clientMessageId: text, projectId: 'default', title: null, text, bodySha256: '', attachments: [] })
    events.emit('default', { type: 'message_added', session_id: 'one', message })
    return message
  }
  await store('before')

  // The narrowest moment, made certain: the rows are read, the page is not made of them yet.
  let meanwhile: (() => Promise<unknown>) | undefined = () => store('meanwhile')
  const interrupted = database.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      const happens = meanwhile
      meanwhile = undefined
      await happens?.()
      return result
    },
  })
  const page = await createHistory({ database: interrupted, sessions, events, live }).page(session, { limit: 50 })

  const shown = page.messages.map(message => message.text)
  const following = events.after(session, page.lastEventId)!.map(({ json }) => (JSON.parse(json) as { message: { text: string } }).message.text)
  expect([...shown, ...following]).toEqual(['before', 'meanwhile'])
})
