import { expect, test } from 'vitest'
import { effectScope } from 'vue'
import { useAgentChoice } from '../../src/client/composables/composer/useAgentChoice.ts'
import { useAgentOfferStore } from '../../src/client/stores/choices/agentOffer.ts'
import { useChoicesStore } from '../../src/client/stores/choices/choices.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { saveDraftText } from '../../src/client/utils/storage/textStorage.ts'
import type { AgentOffer } from '../../src/shared/protocol/agent.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** A fresh tab, and who is to answer its draft. */
async function openChoosing(session = newSession()) {
  const tab = await openTab(session)
  const choices = useChoicesStore()
  await choices.open(session.value)
  return { ...tab, session, choices, chosen: () => choices.of(session.value) }
}

const FABLE = { model: 'fable', effort: 'high' }

test('the model and effort chosen for a draft are there after a reload, and typing and attaching leave them alone', async () => {
  const { session, choices, close } = await openChoosing()
  await choices.choose(session.value, FABLE)
  await saveDraftText(session.value, 'words', { tab: 'one' })
  close()

  const { chosen, text } = await openChoosing(session)

  expect(chosen()).toEqual(FABLE)
  expect(text.value).toBe('words')
})

test('a message takes the choice along, and the next draft begins without one', async () => {
  const { session, choices, text, outbox, chosen } = await openChoosing()
  await choices.choose(session.value, FABLE)
  text.value = 'go'

  await outbox.enqueue(session.value)

  expect(await getOutbox()).toMatchObject([{ text: 'go', choice: FABLE }])
  expect(chosen()).toBeUndefined()
  expect(await getDraftMessage(session.value)).toBeUndefined()
})

test('a choice that this tab has not read yet leaves with the message all the same', async () => {
  const { session, choices, close } = await openChoosing()
  await choices.choose(session.value, FABLE)
  close()
  const { text, outbox } = await openTab(session)
  text.value = 'go'

  await outbox.enqueue(session.value)

  expect(outbox.messages).toMatchObject([{ choice: FABLE }])
})

test('a message that becomes a draft again is answered by whom it was meant for', async () => {
  const { session, choices, text, outbox, chosen, close } = await openChoosing()
  await choices.choose(session.value, FABLE)
  text.value = 'go'
  await outbox.enqueue(session.value)

  await outbox.edit(outbox.messages[0]!.id)

  expect(chosen()).toEqual(FABLE)
  close()
  expect((await openChoosing(session)).chosen()).toEqual(FABLE)
})

test('what is chosen in one tab is chosen in the other, and gone there when it was sent', async () => {
  const first = await openChoosing()
  const second = await openChoosing(first.session)

  await second.choices.choose(first.session.value, FABLE)
  await expect.poll(first.chosen).toEqual(FABLE)

  second.text.value = 'go'
  await second.outbox.enqueue(first.session.value)
  await expect.poll(first.chosen).toBeUndefined()
})

const offerOf = (...ids: string[]): AgentOffer => ({
  name: 'test', description: '', tools: [], commands: [], steers: false, limits: { budgetUsd: null },
  models: ids.map((id, i) => ({ id, name: id, description: '', efforts: ['low', 'high'], isDefault: i === 0 })),
})

test('a model that is not offered any more is told of, the default one answers, and nothing of the draft is lost', async () => {
  const { session, choices, text, outbox } = await openChoosing()
  await choices.choose(session.value, FABLE)
  useAgentOfferStore().offer = offerOf('opus', 'haiku')
  const { model, effort, remark } = effectScope().run(() => useAgentChoice(session))!
  text.value = 'go'

  expect(model.value?.id).toBe('opus')
  expect(effort.value).toBe('high')
  expect(remark.value).toBe('The model fable is not offered any more. opus answers, unless you choose another one.')
  await outbox.enqueue(session.value)
  expect(await getOutbox()).toMatchObject([{ text: 'go', choice: { model: null, effort: null } }])
})

test('another model keeps the effort only where it has it, and without a choice the session’s last one counts', async () => {
  const { session, sessions, chosen } = await openChoosing()
  const offers = useAgentOfferStore()
  offers.offer = offerOf('opus', 'haiku')
  const { model, effort, chooseModel, chooseEffort } = effectScope().run(() => useAgentChoice(session))!
  const now = new Date().toISOString()
  sessions.update({ id: session.value, projectId: 'default', title: 't', createdAt: now, updatedAt: now, running: false, asking: false, model: 'haiku', effort: 'low', usage: null, mediaCount: 0, attachmentCount: 0, lastMessage: null })
  expect([model.value?.id, effort.value]).toEqual(['haiku', 'low'])

  await chooseEffort('high')
  await chooseModel({ ...offers.offer.models[0]!, efforts: ['low'] })

  expect(chosen()).toEqual({ model: 'opus', effort: null })
})
