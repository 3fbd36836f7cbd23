import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { fold } from '../../../shared/search/fold.ts'
import { useAccountStore } from '../../stores/account.ts'
import { useOverlaysStore } from '../../stores/navigation/overlays.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { THEME } from '../../utils/device/choices.ts'
import { useSessionActions } from '../session/useSessionActions.ts'

export interface Command {
  id: string
  label: string
  keys?: readonly string[]
  /** What else one may call it. */
  also?: string
  run: () => unknown
}

/** Everything that a menu offers, by its name. */
export function useCommands({ create }: { create: () => unknown }) {
  const router = useRouter()
  const overlays = useOverlaysStore()
  const sessions = useSessionsStore()
  const actions = useSessionActions()
  const account = useAccountStore()

  const general: Command[] = [
    { id: 'new', label: 'New session', keys: ['Ctrl', 'Shift', 'O'], also: 'chat conversation', run: create },
    { id: 'drafts', label: 'Drafts', also: 'unsent waiting', run: () => router.push({ name: 'drafts' }) },
    { id: 'settings', label: 'Settings', also: 'preferences theme text size enter notifications storage', run: () => router.push({ name: 'settings' }) },
    { id: 'keyboard', label: 'Keyboard shortcuts', keys: ['?'], also: 'help keys', run: () => overlays.open({ name: 'keyboard' }) },
    { id: 'light', label: 'Theme: light', also: 'appearance', run: () => THEME.choose('light') },
    { id: 'dark', label: 'Theme: dark', also: 'appearance', run: () => THEME.choose('dark') },
    { id: 'system', label: 'Theme: as the system', also: 'appearance', run: () => THEME.choose('system') },
  ]

  /** About the session that is open. */
  const ofSession = computed<Command[]>(() => {
    const id = router.currentRoute.value.params.id
    const entry = typeof id === 'string' ? sessions.entries.find(other => other.id === id) : undefined
    if (!entry || account.isReader)
      return []
    const server: Command[] = entry.local
      ? []
      : [
          { id: 'pin', label: entry.pinned ? 'Unpin this session' : 'Pin this session', run: () => actions.mark(entry.id, { pinned: !entry.pinned }) },
          { id: 'archive', label: entry.archived ? 'Take this session out of the archive' : 'Archive this session', run: () => actions.archive(entry.id, !entry.archived) },
          { id: 'unread', label: 'Mark this session as unread', run: () => actions.mark(entry.id, { unread: true }) },
          { id: 'links', label: 'Links to this session for people outside', also: 'share public url', run: () => actions.showLinks(entry.id) },
          { id: 'export', label: 'Export this session as Markdown', also: 'download save zip', run: () => actions.exportAs(entry.id, 'markdown') },
          { id: 'export-json', label: 'Export this session as JSON', also: 'download save', run: () => actions.exportAs(entry.id, 'json') },
        ]
    return [
      { id: 'rename', label: 'Rename this session', also: 'title', run: () => actions.askRename(entry.id) },
      ...server,
      { id: 'delete', label: 'Delete this session', also: 'remove', run: () => actions.askRemove(entry.id) },
    ]
  })

  /** Those that this could be the name of. */
  function commandsFor(text: string): Command[] {
    const words = fold(text).split(' ').filter(Boolean)
    return [...general.filter(({ id }) => !account.isReader || id !== 'new'), ...ofSession.value].filter(({ label, also = '' }) => words.every(word => fold(`${label} ${also}`).includes(word)))
  }

  return { commandsFor }
}
