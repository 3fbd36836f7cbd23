import fc, { type AsyncCommand } from 'fast-check'
import { expect } from 'vitest'
import { BeingChangedError } from '../../../src/client/utils/text/beingSent.ts'
import { DraftChangedError } from '../../../src/client/utils/text/draftChanged.ts'
import { eventually } from '../../helpers/eventually.ts'
import { text as textFile } from '../../helpers/files.ts'
import { openTab } from '../../helpers/openTab.ts'
import { expectSound, readDevice, type Device } from './device.ts'

type Tab = Awaited<ReturnType<typeof openTab>>

/** What a person has written and attached in one session, and neither deleted nor seen accepted. */
export interface Owned {
  words: string[]
  files: string[]
  /** So far. */
  count: number
}

/** Two tabs of one browser on one session. */
export interface Tabs {
  session: string
  tabs: [Tab, Tab]
}

/** One thing done in one tab. */
interface Deed {
  name: string
  /** Something may go by it: what is found afterwards is what there is. */
  takes?: boolean
  do: (tab: Tab, owned: Owned, session: string) => Promise<void>
}

const type: Deed = {
  name: 'writes',
  async do(tab, owned, session) {
    const word = `w${++owned.count}`
    owned.words.push(word)
    tab.text.value = [tab.text.value, word].filter(Boolean).join(' ')
    await tab.drafts.whenSaved(session)
  },
}

const attach: Deed = {
  name: 'attaches two files',
  async do(tab, owned) {
    const names = [`f${++owned.count}.txt`, `f${++owned.count}.txt`]
    owned.files.push(...names)
    await tab.add(names.map(name => textFile(name)))
  },
}

const remove: Deed = {
  name: 'removes the first file',
  takes: true,
  async do(tab) {
    const [first] = tab.attachments.value
    if (first)
      await tab.remove(first)
  },
}

const undo: Deed = {
  name: 'undoes the last removal',
  takes: true, // and gives: what is found afterwards is the person's again
  async do(tab) {
    const last = [...tab.undo.offers.values()].at(-1)
    if (last)
      await tab.undo.take(last.id)
  },
}

const send: Deed = {
  name: 'sends',
  async do(tab, _, session) {
    if (tab.drafts.conflictingTextOf(session) !== undefined || !tab.text.value && !tab.attachments.value.length)
      return
    try {
      await tab.outbox.enqueue(session)
    }
    catch (error) {
      expect(error).toBeInstanceOf(DraftChangedError)
    }
  },
}

const accept: Deed = {
  name: 'hears that the first message was accepted',
  takes: true,
  async do(tab) {
    const [first] = tab.outbox.messages
    if (first)
      await tab.outbox.accepted(first.id)
  },
}

/** What one tab is just taking out of the outbox, or is still putting into it, the other one cannot: it is told, and nothing is done. */
async function unlessRefused<Result>(change: Promise<Result>): Promise<Result | undefined> {
  try {
    return await change
  }
  catch (error) {
    expect(error).toBeInstanceOf(BeingChangedError)
  }
}

const edit: Deed = {
  name: 'edits the first message',
  async do(tab) {
    const [first] = tab.outbox.messages
    if (first)
      await unlessRefused(tab.outbox.edit(first.id))
  },
}

const discardAndUndo: Deed = {
  name: 'discards the last message, and takes that back',
  async do(tab) {
    const last = tab.outbox.messages.at(-1)
    if (last)
      await (await unlessRefused(tab.outbox.discard(last.id)))?.()
  },
}

const discardDraftAndUndo: Deed = {
  name: 'discards the draft, and takes that back',
  async do(tab, _, session) {
    await tab.drafts.whenSaved(session)
    const putBack = await tab.data.removeDraft(session, true)
    tab.drafts.forget(session, true)
    await putBack()
    await tab.drafts.restored(session)
  },
}

const decide = (keep: 'mine' | 'theirs' | 'both'): Deed => ({
  name: `keeps ${keep}`,
  takes: true,
  async do(tab, _, session) {
    const mine = tab.text.value
    const other = tab.drafts.conflictingTextOf(session)
    if (other !== undefined)
      await tab.drafts.resolveConflict(session, { mine, theirs: other, both: `${mine}\n\n${other}` }[keep])
  },
})

const namesOf = (device: Device, ids: readonly string[]) => ids.map(id => device.medias.get(id)!.name)

/** Everything is saved, both tabs show what the device holds, and that is all that the person has. */
async function expectAgreed({ session, tabs }: Tabs, owned: Owned, taken: boolean) {
  for (const tab of tabs)
    await tab.drafts.whenSaved(session)
  const device = await readDevice()
  const draft = device.messages.get(session)
  const conflicting = device.revisions.get(session)?.conflicting ?? {}
  for (const tab of tabs) {
    await eventually(tab.names).toEqual(namesOf(device, draft?.mediaIds ?? []))
    await eventually(() => tab.outbox.messages.map(({ id }) => id)).toEqual(device.outbox.map(({ id }) => id))
    await eventually(() => tab.drafts.dirty.size).toBe(0)
    await eventually(() => [draft?.message ?? '', ...Object.values(conflicting)].includes(tab.text.value)).toBe(true)
  }
  expectSound(device)
  const texts = [draft?.message ?? '', ...Object.values(conflicting), ...device.outbox.map(({ text }) => text)]
  const words = [...new Set(texts.flatMap(text => text.match(/w\d+/g) ?? []))]
  const files = [...device.medias.values()].map(({ name }) => name)
  if (!taken) {
    expect(words, 'words').toEqual(expect.arrayContaining(owned.words))
    expect(files.sort(), 'files').toEqual([...owned.files].sort())
  }
  owned.words = words
  owned.files = files
}

/** Two deeds, one in each tab, at the same moment; or one alone. */
function together(first: Deed | undefined, second: Deed | undefined): AsyncCommand<Owned, Tabs> {
  return {
    check: () => true,
    async run(owned, real) {
      const deeds = [first, second]
      await Promise.all(deeds.map((deed, i) => deed?.do(real.tabs[i]!, owned, real.session)))
      await expectAgreed(real, owned, deeds.some(deed => deed?.takes))
    },
    toString: () => [first && `one ${first.name}`, second && `two ${second.name}`].filter(Boolean).join(' while '),
  }
}

const reload = (i: 0 | 1): AsyncCommand<Owned, Tabs> => ({
  check: () => true,
  async run(owned, real) {
    real.tabs[i].close()
    real.tabs[i] = await openTab(real.session)
    await real.tabs[i].outbox.refresh()
    await expectAgreed(real, owned, false)
  },
  toString: () => `${i ? 'two' : 'one'} is reloaded`,
})

const deed = fc.constantFrom<(Deed | undefined)[]>(
  undefined, type, type, attach, attach, remove, undo, send, send, accept, edit, discardAndUndo, discardDraftAndUndo, decide('mine'), decide('theirs'), decide('both'))

export const tabCommands = fc.commands<Owned, Tabs, boolean>([
  fc.tuple(deed, deed).map(deeds => together(...deeds)),
  fc.constantFrom(0 as const, 1 as const).map(reload),
], { maxCommands: 15, size: 'max' })
