import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { defineComponent, h, toValue, type MaybeRefOrGetter } from 'vue'
import { WebSocket } from 'ws'
import { useAttaching } from '../../src/client/composables/composer/useAttaching.ts'
import { useAttachments } from '../../src/client/composables/composer/useAttachments.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { provideConnection, type Connection } from '../../src/client/composables/connection/useConnection.ts'
import { useDraftText } from '../../src/client/composables/composer/useDraftText.ts'
import { useHistory } from '../../src/client/composables/session/useHistory.ts'
import { useSendMessage } from '../../src/client/composables/composer/useSendMessage.ts'
import { useEvictionStore } from '../../src/client/stores/device/eviction.ts'
import { useDeviceMarkStore } from '../../src/client/stores/tabs/deviceMark.ts'
import { useDraftsStore } from '../../src/client/stores/drafts.ts'
import { useLocalSessionsStore } from '../../src/client/stores/localSessions.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'
import { useOutboxActions } from '../../src/client/composables/session/useOutboxActions.ts'
import { useOutboxStore } from '../../src/client/stores/outbox.ts'
import { useSessionsStore } from '../../src/client/stores/sessions.ts'
import { useTabsStore } from '../../src/client/stores/tabs/tabs.ts'
import { useUndoStore } from '../../src/client/stores/undo.ts'

/** The network as a browser knows it: what goes wrong ends in a close event, and throws nothing. */
export class Line extends WebSocket {
  constructor(address: string) {
    super(address)
    this.on('error', () => undefined)
  }
}

interface Options {
  session: MaybeRefOrGetter<string>
  /** Of the server, which may be away. */
  url: string
  /** The line; a test may lose what comes over it. */
  line?: typeof Line
}

/** A tab with a real line to a real server. */
export async function openConnectedTab({ session, url, line = Line }: Options) {
  Object.assign(globalThis, { WebSocket: line })
  ;(window as unknown as { happyDOM: { setURL: (url: string) => void } }).happyDOM.setURL(url)
  setActivePinia(createPinia())
  const drafts = useDraftsStore()
  useEvictionStore()
  const outbox = useOutboxStore()
  const tabs = useTabsStore()
  const device = useDeviceMarkStore()
  const notices = useNoticesStore()
  const undo = useUndoStore()
  let connection: Connection
  let inside: ReturnType<typeof useInside>

  function useInside() {
    const { attachStored } = useAttaching()
    return { attachAgain: (file: AttachmentView) => attachStored(toValue(session), file), ...useAttachments(session), ...useSendMessage(session), ...useOutboxActions(() => toValue(session)), history: useHistory(session), text: useDraftText(session) }
  }

  const Child = defineComponent({
    setup() {
      inside = useInside()
      return () => h('div')
    },
  })
  const wrapper = mount(defineComponent({
    setup() {
      connection = provideConnection()
      return () => h(Child)
    },
  }))
  let open = true
  const close = () => {
    if (open) {
      device.close()
      wrapper.unmount()
      tabs.close()
    }
    open = false
  }
  onTestFinished(close)
  await drafts.start()
  return {
    ...inside!,
    connection: connection!,
    drafts,
    local: useLocalSessionsStore(),
    outbox,
    undo,
    sessions: useSessionsStore(),
    close,
    told: () => notices.noticesOf(toValue(session)).map(notice => notice.text),
    shown: () => inside.history.items.value.map(({ role, status, text }) => ({ role, status, text })),
  }
}
