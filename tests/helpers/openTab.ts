import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { effectScope, ref, toValue, type MaybeRefOrGetter } from 'vue'
import { useAttachments } from '../../src/client/composables/composer/useAttachments.ts'
import { useDraftText } from '../../src/client/composables/composer/useDraftText.ts'
import { useDataStore } from '../../src/client/stores/data.ts'
import { useEvictionStore } from '../../src/client/stores/device/eviction.ts'
import { useDeviceMarkStore } from '../../src/client/stores/tabs/deviceMark.ts'
import { useDraftsStore } from '../../src/client/stores/drafts.ts'
import { useLocalSessionsStore } from '../../src/client/stores/localSessions.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'
import { useOutboxStore } from '../../src/client/stores/outbox.ts'
import { useSessionsStore } from '../../src/client/stores/sessions.ts'
import { useTabsStore } from '../../src/client/stores/tabs/tabs.ts'
import { useUndoStore } from '../../src/client/stores/undo.ts'

const open = new Set<() => void>()

/** What happens from now on happens on another device. */
export const closeTabs = () => open.forEach(close => close())

/**
 * A fresh tab on the session: new memory, same disk.
 * @param unread the disk cannot be read, and the tab opens all the same
 */
export async function openTab(session: MaybeRefOrGetter<string>, { unread = false } = {}) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const drafts = useDraftsStore()
  useEvictionStore()
  const local = useLocalSessionsStore()
  const data = useDataStore()
  const outbox = useOutboxStore()
  const undo = useUndoStore()
  const notices = useNoticesStore()
  const tabs = useTabsStore()
  const device = useDeviceMarkStore()
  const close = () => {
    tabs.close()
    device.close() // or it would bring what it holds to the next test's browser
  }
  open.add(close)
  onTestFinished(close)
  const tab = effectScope().run(() => ({ ...useAttachments(session), text: useDraftText(session) }))!
  await drafts.start()
  if (!unread)
    await data.loadAttachmentsForSession(toValue(session))
  return {
    ...tab,
    data,
    drafts,
    local,
    outbox,
    undo,
    /** It hears nothing of the others any more. */
    close,
    /** Whoever looks for a store afterwards says where: what an earlier tab is still doing makes its own the active one. */
    pinia,
    sessions: useSessionsStore(pinia),
    names: () => tab.attachments.value.map(({ name }) => name),
    told: () => notices.noticesOf(toValue(session)).map(notice => notice.text),
  }
}

/** A session of its own for each test, and where to go from it. */
export const newSession = () => ref(crypto.randomUUID() as string)
