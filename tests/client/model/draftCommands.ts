import fc, { type AsyncCommand } from 'fast-check'
import { expect } from 'vitest'
import { closeDraftStorage } from '../../../src/client/utils/storage/draftDatabase.ts'
import { DraftChangedError } from '../../../src/client/utils/text/draftChanged.ts'
import * as storage from '../../../src/client/utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../../src/client/utils/files/fileUtils.ts'
import { deleteDraft, restoreDraft, type ForgottenDraft } from '../../../src/client/utils/storage/forgetting/forgettingStorage.ts'
import type { Removed } from '../../../src/client/utils/storage/mediaRecords.ts'
import * as outbox from '../../../src/client/utils/storage/outbox/outboxStorage.ts'
import { returnToDraft } from '../../../src/client/utils/storage/outbox/returning.ts'
import type { DiscardedMessage } from '../../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getDraftText, saveDraftText, resolveDraftConflict, type DraftText } from '../../../src/client/utils/storage/textStorage.ts'
import { isInConflict } from '../../../src/client/utils/storage/conflictingTexts.ts'
import { expectSound, readDevice } from './device.ts'
import { joined, look, place, revise, SESSIONS, TABS, viewOf, type DraftModel, type ModelTab } from './draftModel.ts'

/** The tabs' memory, and what was taken out and can be put back, in the same order as in the model. */
export interface Real {
  bases: Map<string, string | undefined>
  removed: Removed[]
  discarded: DiscardedMessage[]
  forgotten: ForgottenDraft[]
}

type Run = (model: DraftModel, real: Real) => Promise<void>
type Check = (model: DraftModel) => boolean

/** One thing that can be done. After it the device holds what the model does. */
function command(name: string, run: Run, check: Check = () => true): AsyncCommand<DraftModel, Real> {
  return {
    check,
    async run(model, real) {
      await run(model, real)
      await expectSame(model)
    },
    toString: () => name,
  }
}

async function expectSame(model: DraftModel) {
  const device = await readDevice()
  expectSound(device)
  for (const [session, { text, medias, conflicting }] of Object.entries(model.drafts)) {
    expect({
      text: device.messages.get(session)?.message ?? '',
      medias: device.messages.get(session)?.mediaIds ?? [],
      conflicting: device.revisions.get(session)?.conflicting ?? {},
    }, session).toEqual({ text, medias, conflicting })
  }
  expect(device.outbox.map(({ id, sessionId, text, mediaIds, problem }) => ({ id, session: sessionId, text, medias: mediaIds, problem })))
    .toEqual([...model.outbox].sort((a, b) => a.place - b.place).map(({ place: _, ...message }) => ({ problem: undefined, ...message })))
  for (const { id, base64 } of device.medias.values())
    expect(base64).toBe(bytesOf(id))
}

const bytesOf = (id: string) => `the bytes of ${id}`
const toMedia = (id: string, sessionId: string): DraftMedia =>
  ({ id, sessionId, name: `${id}.txt`, type: 'txt', mimeType: 'text/plain', base64: bytesOf(id), createdAt: 1, size: 1 })
const toThumbnail = ({ base64: _, ...view }: DraftMedia) => view

const keyOf = (tab: ModelTab, session: string) => `${tab} ${session}`

/** As a tab remembers: its own text stays on its own base while it conflicts. */
function remember(real: Real, tab: ModelTab, session: string, text: DraftText) {
  if (!isInConflict(text, tab))
    real.bases.set(keyOf(tab, session), text.revision)
}

/** @param addition undefined: everything there is deleted */
function type(tab: ModelTab, session: string, addition: string | undefined) {
  return command(`${tab} writes ${addition} in ${session}`, async (model, real) => {
    const draft = model.drafts[session]!
    const view = viewOf(model, tab, session)
    view.text = addition === undefined ? '' : view.text + addition
    const stored = await saveDraftText(session, view.text, { tab, base: real.bases.get(keyOf(tab, session)) })
    remember(real, tab, session, stored)
    if (draft.text === view.text)
      delete draft.conflicting[tab]
    else if (view.base === draft.revision) {
      draft.text = view.text
      revise(model, draft)
    }
    else {
      draft.conflicting[tab] = view.text
    }
    if (!(tab in draft.conflicting))
      view.base = draft.revision
  })
}

function lookAt(tab: ModelTab, session: string) {
  return command(`${tab} looks at ${session}`, async (model, real) => {
    const stored = await getDraftText(session)
    remember(real, tab, session, stored)
    look(model, tab, session)
    const view = viewOf(model, tab, session)
    expect(stored.mediaIds).toEqual(view.medias)
    if (!isInConflict(stored, tab))
      expect(stored.message).toBe(view.text)
  })
}

function resolveConflict(tab: ModelTab, session: string, keepBoth: boolean) {
  return command(`${tab} decides in ${session}: ${keepBoth ? 'both' : 'its own'}`, async (model, real) => {
    const draft = model.drafts[session]!
    const view = viewOf(model, tab, session)
    const whose = tab in draft.conflicting ? tab : Object.keys(draft.conflicting)[0]!
    const other = whose === tab ? draft.text : draft.conflicting[whose]!
    view.text = keepBoth ? joined(view.text, other) : view.text
    const stored = await resolveDraftConflict(session, view.text, whose)
    remember(real, tab, session, stored)
    delete draft.conflicting[whose]
    draft.text = view.text
    revise(model, draft)
    if (!(tab in draft.conflicting))
      view.base = draft.revision
  }, model => Object.keys(model.drafts[session]!.conflicting).length > 0)
}

function attach(tab: ModelTab, session: string, count: number) {
  return command(`${tab} attaches ${count} to ${session}`, async (model) => {
    const { medias } = model.drafts[session]!
    const view = viewOf(model, tab, session)
    const before = [...view.medias]
    const ids = Array.from({ length: count }, () => `media ${++model.attached}`)
    // They are ready in any order, and stand as they were given.
    const entries = ids.map((id, i) => ({ media: toMedia(id, session), thumbnail: toThumbnail(toMedia(id, session)), before: [...before, ...ids.slice(0, i)] }))
    await storage.saveDraftMedias(entries.reverse())
    for (const { media, before } of entries)
      place(medias, media.id, before)
    view.medias = [...medias]
  })
}

function remove(session: string, pick: number) {
  return command(`removes file ${pick} of ${session}`, async (model, real) => {
    const { medias } = model.drafts[session]!
    const [media] = medias.splice(pick % medias.length, 1)
    const before = medias.slice(0, pick % (medias.length + 1))
    model.removed.push({ session, media: media!, before })
    real.removed.push((await storage.deleteDraftMedia(media!)) as Removed)
  }, model => model.drafts[session]!.medias.length > 0)
}

const undoRemoval = () => command('undoes the last removal', async (model, real) => {
  const { session, media, before } = model.removed.pop()!
  const taken = real.removed.pop()!
  await storage.saveDraftMedia(taken.media, taken.thumbnail, before)
  place(model.drafts[session]!.medias, media, before)
}, model => model.removed.length > 0)

function send(tab: ModelTab, session: string) {
  return command(`${tab} sends ${session}`, async (model, real) => {
    const draft = model.drafts[session]!
    const view = viewOf(model, tab, session)
    const message = { id: `message ${model.sent + 1}`, session, text: view.text, medias: [...view.medias], place: model.sent + 1 }
    const sending = outbox.moveToOutbox(
      { id: message.id, sessionId: session, projectId: 'default', text: message.text, mediaIds: message.medias, createdAt: message.place },
      { revision: real.bases.get(keyOf(tab, session)), tabOnly: [] },
    )
    const isAnother = view.base !== draft.revision && view.text !== draft.text
    if (isAnother || view.medias.some(id => !draft.medias.includes(id))) {
      await expect(sending).rejects.toThrow(DraftChangedError)
      return
    }
    const { draft: left } = await sending
    remember(real, tab, session, left)
    model.sent++
    model.outbox.push(message)
    draft.text = ''
    draft.medias = draft.medias.filter(id => !message.medias.includes(id))
    revise(model, draft)
    look(model, tab, session)
  }, model => Boolean(viewOf(model, tab, session).text || viewOf(model, tab, session).medias.length))
}

const hasMessage: Check = model => model.outbox.length > 0

const accept = () => command('the server accepts the next message', async (model) => {
  const { id } = model.outbox.shift()!
  await outbox.deleteOutboxMessage(id)
}, hasMessage)

const refuse = (pick: number, problem: string | undefined) => command(problem ? `message ${pick} is refused` : `message ${pick} is tried again`, async (model) => {
  const message = model.outbox[pick % model.outbox.length]!
  message.problem = problem
  await outbox.saveOutboxProblem(message.id, problem)
}, hasMessage)

const edit = (pick: number) => command(`message ${pick} is edited`, async (model) => {
  const [message] = model.outbox.splice(pick % model.outbox.length, 1)
  const draft = model.drafts[message!.session]!
  await returnToDraft(message!.id)
  draft.text = joined(message!.text, draft.text)
  draft.medias = [...message!.medias, ...draft.medias]
  revise(model, draft)
}, hasMessage)

const discard = (pick: number) => command(`message ${pick} is discarded`, async (model, real) => {
  const [message] = model.outbox.splice(pick % model.outbox.length, 1)
  model.discarded.push(message!)
  real.discarded.push((await outbox.discardOutboxMessage(message!.id))!)
}, hasMessage)

const undoDiscard = () => command('undoes the last discarding', async (model, real) => {
  await outbox.restoreOutboxMessage(real.discarded.pop()!)
  model.outbox.push(model.discarded.pop()!)
  model.outbox.sort((a, b) => a.place - b.place)
}, model => model.discarded.length > 0)

const forget = (session: string) => command(`discards the draft of ${session}`, async (model, real) => {
  const draft = model.drafts[session]!
  model.forgotten.push({ session, draft: { ...draft } })
  real.forgotten.push(await deleteDraft(session))
  Object.assign(draft, { text: '', medias: [], conflicting: {} })
  revise(model, draft)
})

const undoForget = () => command('undoes the last discarding of a draft', async (model, real) => {
  const { session, draft: { text, medias, conflicting } } = model.forgotten.pop()!
  const draft = model.drafts[session]!
  await restoreDraft(session, real.forgotten.pop()!)
  draft.text = joined(text, draft.text)
  draft.medias = [...medias, ...draft.medias]
  draft.conflicting = { ...conflicting, ...draft.conflicting }
  revise(model, draft)
}, model => model.forgotten.length > 0)

const reload = () => command('the tabs are opened anew', closeDraftStorage)

const session = fc.constantFrom(...SESSIONS)
const tab = fc.constantFrom(...TABS)
const pick = fc.nat(5)

/** Everything that is done with drafts and messages on their way, in any order. */
export const draftCommands = fc.commands<DraftModel, Real, boolean>([
  fc.tuple(tab, session, fc.constantFrom('a', 'b', 'ü\n', undefined)).map(args => type(...args)),
  fc.tuple(tab, session).map(args => lookAt(...args)),
  fc.tuple(tab, session, fc.boolean()).map(args => resolveConflict(...args)),
  fc.tuple(tab, session, fc.integer({ min: 1, max: 3 })).map(args => attach(...args)),
  fc.tuple(session, pick).map(args => remove(...args)),
  fc.constant(undoRemoval()),
  fc.tuple(tab, session).map(args => send(...args)),
  fc.constant(accept()),
  fc.tuple(pick, fc.constantFrom('too large', undefined)).map(args => refuse(...args)),
  pick.map(edit),
  pick.map(discard),
  fc.constant(undoDiscard()),
  session.map(forget),
  fc.constant(undoForget()),
  fc.constant(reload()),
], { maxCommands: 60, size: 'max' })
