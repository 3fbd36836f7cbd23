import { expect, test, vi } from 'vitest'
import { useSendingStore } from '../../src/client/stores/tabs/sending.ts'
import { getDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import * as returning from '../../src/client/utils/storage/outbox/returning.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { Line, openConnectedTab } from '../helpers/connectedTab.ts'
import { eventually } from '../helpers/eventually.ts'
import { png } from '../helpers/files.ts'
import { openServer } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** Lines that hold what sends a message until the test lets it through. */
function heldLines() {
  const held: (() => void)[] = []
  const lines: Line[] = []
  class HeldLine extends Line {
    constructor(address: string) {
      super(address)
      lines.push(this)
    }

    override send(...args: unknown[]): void {
      const pass = () => (super.send as (...args: unknown[]) => void).apply(this, args)
      if (String(args[0]).includes('"send_message"'))
        held.push(pass)
      else
        pass()
    }
  }
  return { HeldLine, held, lines }
}

/** One tab has a message on the wire, another one looks at the same session. */
async function openSending() {
  const server = await openServer()
  const session = newSession()
  const { HeldLine, held, lines } = heldLines()
  const one = await openConnectedTab({ session, url: server.url, line: HeldLine })
  await eventually(() => one.connection.state.value).toBe('open')
  await one.add([png('one.png')])
  one.text.value = 'on its way'
  await one.send()
  await eventually(() => held.length).toBe(1)
  const two = await openTab(session)
  const sending = useSendingStore()
  await two.outbox.refresh()
  const { id } = two.outbox.messages[0]!
  return { server, session, one, two, sending, held, lines, id }
}

test('what one tab is sending is known to the others, and neither edited nor discarded there or here', async () => {
  const { server, session, one, two, sending, held, id } = await openSending()

  await eventually(() => sending.isSending(id)).toBe(true)
  for (const tab of [two, one]) {
    await expect(tab.outbox.edit(id)).rejects.toThrow('is being sent just now')
    await expect(tab.outbox.discard(id)).rejects.toThrow('is being sent just now')
  }
  await one.edit(one.history.items.value[0]!)
  await one.discard(one.history.items.value[0]!)
  expect(one.told()).toEqual([expect.stringContaining('is being sent just now')])
  expect(await getOutbox()).toHaveLength(1)

  held[0]!()
  await eventually(() => [one.outbox.messages, two.outbox.messages]).toEqual([[], []])
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toMatchObject([{ text: 'on its way', attachments: [{ filename: 'one.png' }] }])
  expect([two.text.value, two.names()]).toEqual(['', []])
  expect((await getDraftMessage(session.value))?.message).toBeUndefined()
})

test('what one tab is just editing or discarding the other one is told so of, and not that it is being sent', async () => {
  const session = newSession()
  const one = await openTab(session)
  one.text.value = 'on second thoughts'
  await one.outbox.enqueue(session.value)
  const two = await openTab(session)
  await two.outbox.refresh()
  const { id } = two.outbox.messages[0]!
  let goOn = () => {}
  const held = new Promise<void>((resolve) => { goOn = resolve })
  const returnToDraft = returning.returnToDraft
  vi.spyOn(returning, 'returnToDraft').mockImplementationOnce(async (id) => {
    await held
    return returnToDraft(id)
  })
  const editing = one.outbox.edit(id)
  await eventually(() => returning.returnToDraft).toHaveBeenCalled()

  await expect(two.outbox.discard(id)).rejects.toThrow('is being changed just now')
  await expect(two.outbox.edit(id)).rejects.toThrow('is being changed just now')
  expect(useSendingStore().isSending(id)).toBe(false)
  goOn()
  await editing

  await eventually(() => [one.text.value, two.text.value]).toEqual(['on second thoughts', 'on second thoughts'])
})

test('when the connection is lost, what was being sent can be edited in the other tab, and goes out no more', async () => {
  const { server, session, one, two, sending, held, lines, id } = await openSending()
  await eventually(() => sending.isSending(id)).toBe(true)

  await server.close()
  lines[0]!.terminate()
  await eventually(() => sending.isSending(id)).toBe(false)
  await two.outbox.edit(id)

  await eventually(() => two.text.value).toBe('on its way')
  await eventually(() => one.outbox.messages).toEqual([])
  expect(held).toHaveLength(1)
  expect(await getDraftMedias((await getDraftMessage(session.value))!.mediaIds!)).toHaveLength(1)
})

test('a message that another tab took out a moment before it would be sent is not sent', async () => {
  const server = await openServer()
  const session = newSession()
  const { HeldLine, held } = heldLines()
  const one = await openConnectedTab({ session, url: server.url, line: HeldLine })
  const two = await openTab(session)
  two.close()
  await eventually(() => one.connection.state.value).toBe('open')
  one.text.value = 'changed my mind'
  vi.spyOn(one.outbox, 'isHere').mockImplementation(async (id) => { // the last moment
    await two.outbox.refresh()
    await two.drafts.whenSaved(session.value)
    const { returnToDraft } = await import('../../src/client/utils/storage/outbox/returning.ts')
    await returnToDraft(id)
    return false
  })

  await one.send()

  await eventually(() => one.outbox.messages).toEqual([])
  expect(held).toEqual([])
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'changed my mind' })
})

test('a message that the browser cannot send says so, and holds up neither the next one nor another tab', async () => {
  const failed = vi.fn()
  process.on('unhandledRejection', failed)
  const server = await openServer()
  const session = newSession()
  class BadLine extends Line {
    override send(...args: unknown[]): void {
      if (String(args[0]).includes('cannot go'))
        throw new DOMException('the bytes are gone', 'NotReadableError')
      ;(super.send as (...args: unknown[]) => void).apply(this, args)
    }
  }
  const one = await openConnectedTab({ session, url: server.url, line: BadLine })
  await eventually(() => one.connection.state.value).toBe('open')
  one.text.value = 'this cannot go'
  await one.send()
  one.text.value = 'this can'
  await one.send()

  await eventually(() => one.outbox.messages).toMatchObject([{ text: 'this cannot go', problem: 'This browser could not send it: the bytes are gone.' }])
  await eventually(async () => (await server.messages(session.value)).filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual(['this can'])
  await one.edit(one.history.items.value.find(({ status }) => status === 'unsent')!)
  expect(one.text.value).toBe('this cannot go')
  process.off('unhandledRejection', failed)
  expect(failed).not.toHaveBeenCalled()
})
