import { expect, test } from 'vitest'
import { deleteDraftMedia, getDraftMedias, saveDraftMedia } from '../../src/client/utils/storage/draftStorage.ts'
import { deleteOutboxMessage, discardOutboxMessage, getOutbox, moveToOutbox, restoreOutboxMessage } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { saveDraftMessage } from '../helpers/draftRecords.ts'

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

test('a file that one tab removes after another has sent it stays in the message', async () => {
  await saveDraftMedia({ id: 'm1', sessionId: 's1', name: 'm1.txt', type: 'txt', mimeType: 'text/plain', base64: 'bytes', createdAt: 1 })
  await moveToOutbox({ id: 'first', sessionId: 's1', projectId: 'default', text: '', mediaIds: ['m1'], createdAt: 1 }, { revision: undefined, tabOnly: [] })

  expect(await deleteDraftMedia('m1')).toBeUndefined()

  expect(await getDraftMedias(['m1'])).toMatchObject([{ base64: 'bytes' }])
})
