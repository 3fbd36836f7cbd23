import { nextTick, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import type { Given } from '../../utils/input/transfers.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { useAttaching } from '../composer/useAttaching.ts'
import { usePageDrops } from './usePageDrops.ts'
import { usePagePaste } from './usePagePaste.ts'

/** What fills the page beside the list of sessions. */
export interface Content {
  /** For a focus whose place is gone. */
  focus?: () => void
  /** Where it is a session: takes the words and folders that were given for it. */
  take?: (given: Given) => void
}

export interface Doors {
  /** The session that is open, if one is. */
  currentId: Readonly<Ref<string | undefined>>
  open: (id: string) => Promise<void>
  /** Opens an empty one. */
  create: () => Promise<void>
  content: Readonly<Ref<Content | null>>
}

const NOTHING = {
  pasted: 'There was nothing on the clipboard that can be written or attached.',
  dropped: 'There was no file in what you dropped. Save it on your device first, then drop the file.',
}

/**
 * What is dropped or pasted anywhere in the app becomes part of a draft, and the person is told of which.
 * @param isOn whether it may be taken: nobody is asked to sign in
 * @returns what is held over the session just now
 */
export function usePageDoors({ currentId, open, create, content }: Doors, isOn: () => boolean) {
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const sessions = useSessionsStore()
  const route = useRoute()
  const { attach } = useAttaching()
  let lastId = currentId.value

  watch(currentId, (id) => { lastId = id ?? lastId })

  /** @param target the session that was pointed at; without one it is the open one, else the last one, else a new one */
  async function give(given: Given, how: 'pasted' | 'dropped', target?: string): Promise<void> {
    const here = currentId.value
    if (isToldNothing(given, how))
      return
    const elsewhere = target === here ? undefined : target
    if (here !== undefined && elsewhere !== undefined && !given.folders.length)
      return put(given, elsewhere, here)
    await openFor(target ?? here)
    await nextTick()
    takeHere(given)
    if (here === undefined)
      tellOfOpened(how)
  }

  /** Into the draft of the session that is open. With words come questions, and so do folders. */
  function takeHere(given: Given) {
    const isAsked = given.text || given.folders.length
    if (currentId.value && !given.text)
      void attach(currentId.value, given.files)
    if (isAsked)
      content.value?.take?.(given.text ? given : { ...given, files: [] })
  }

  /** Pages have notices as well as sessions. What was told before is over with the next try. */
  function isToldNothing(given: Given, how: 'pasted' | 'dropped'): boolean {
    const place = currentId.value ?? route.path
    notices.withdraw(place, ({ text }) => Object.values(NOTHING).includes(text))
    if (isNothing(given))
      notices.tell(place, NOTHING[how])
    return isNothing(given)
  }

  function tellOfOpened(how: 'pasted' | 'dropped') {
    if (currentId.value)
      notices.tell(currentId.value, `What you ${how} is in the draft of this session.`, 'neutral')
  }

  /** A session that is not there any more, or none at all, is replaced by a new one. */
  async function openFor(id = lastId) {
    if (id === undefined || (id !== currentId.value && !isThere(id)))
      await create()
    else if (id !== currentId.value)
      await open(id)
  }

  const isNothing = ({ text, files, folders }: Given) => !text && !files.length && !folders.length
  const isThere = (id: string) => sessions.entries.some(entry => entry.id === id)

  /** Into the draft of a session that is not open. */
  async function put({ text, files }: Given, id: string, here: string) {
    const title = nameInSentence(sessions.titleOf(id))
    if (text)
      drafts.setText(id, joinTexts(drafts.textOf(id), text))
    const rejected = await attach(id, files)
    const taken = files.length - rejected.length
    const what = [countOrName(files.map(({ name }) => name).filter(name => !rejected.includes(name)), taken), text && 'What you dropped'].filter(Boolean)
    if (what.length)
      notices.tell(here, `${what.join(', ')} ${taken > 1 ? 'are' : 'is'} in the draft of “${title}”.`, 'neutral')
    if (rejected.length)
      notices.tell(here, `${rejected.map(nameInSentence).join(', ')} ${rejected.length === 1 ? 'was' : 'were'} not attached to “${title}”. Open it to see why.`)
  }

  usePagePaste(isOn, give)
  return usePageDrops({ isOn, give, open })
}

const countOrName = ([first = '']: readonly string[], count: number) => count === 1 ? nameInSentence(first) : count && `${count} files`
