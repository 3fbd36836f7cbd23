import { expect, test } from 'vitest'
import { saveDraftMessage } from '../../src/client/utils/draftStorage.ts'
import { deleteOutboxMessage, discardOutboxMessage, getOutbox, moveToOutbox, restoreOutboxMessage } from '../../src/client/utils/outboxStorage.ts'

async function send(text: string, createdAt: number) {
  await saveDraftMessage('s1', { message: text })
  const { message } = await moveToOutbox({ id: text, sessionId: 's1', projectId: 'default', text, mediaIds: [], createdAt }, { revision: undefined, tabOnly: [] })
  return message
}
const order = async () => (await getOutbox()).map(({ id }) => id)

test('a discarded message that comes back stands before those sent after it, also where no other is left', async () => {
  await send('first', 1000)
  await send('second', 1001)
  const second = await discardOutboxMessage('second')
  await deleteOutboxMessage('first')
  await send('third', 1002)

  await restoreOutboxMessage(second!)

  expect(await order()).toEqual(['second', 'third'])
})

test('messages keep their order although the clock is set back', async () => {
  await send('first', 1000)
  await send('second', 500)

  expect(await order()).toEqual(['first', 'second'])
})
