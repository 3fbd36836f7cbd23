/** What a key does, wherever on the page one is. The handler and the dialog that lists them read this. */
export interface Shortcut {
  id: 'search' | 'new' | 'keyboard' | 'previous' | 'next' | 'stop' | 'copy' | 'edit' | 'write'
  /** As they are written on keys; Ctrl is Cmd on a Mac. */
  keys: readonly string[]
  does: string
  /** By `KeyboardEvent.key` in lower case; none where it is no single key. */
  key?: string
  ctrl?: boolean
  shift?: boolean
  alt?: boolean
  /** Only where no text is being written. */
  outsideText?: boolean
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'search', keys: ['Ctrl', 'K'], does: 'Search; after > do anything by its name', key: 'k', ctrl: true },
  { id: 'new', keys: ['Ctrl', 'Shift', 'O'], does: 'Begin a new session', key: 'o', ctrl: true, shift: true },
  { id: 'previous', keys: ['Alt', '↑'], does: 'Open the session above', key: 'arrowup', alt: true },
  { id: 'next', keys: ['Alt', '↓'], does: 'Open the session below', key: 'arrowdown', alt: true },
  { id: 'stop', keys: ['Escape'], does: 'Close what is open, or stop the agent', key: 'escape' },
  { id: 'copy', keys: ['Ctrl', 'Shift', 'C'], does: 'Copy the last answer', key: 'c', ctrl: true, shift: true },
  { id: 'edit', keys: ['↑'], does: 'Edit your last message, from an empty one', key: 'arrowup' },
  { id: 'keyboard', keys: ['?'], does: 'Show these shortcuts', key: '?', outsideText: true },
  { id: 'write', keys: ['Any letter'], does: 'Go to the message, where nothing else has the focus' },
]

/** What keys do where something is in focus. */
interface LocalKeys { keys: readonly string[], does: string }

/** In a message, by what Enter does there. */
export const SENDING_KEYS = {
  sends: [{ keys: ['Enter'], does: 'Send the message' }, { keys: ['Shift', 'Enter'], does: 'Break the line' }],
  breaks: [{ keys: ['Ctrl', 'Enter'], does: 'Send the message' }, { keys: ['Enter'], does: 'Break the line' }],
} as const satisfies Record<string, readonly LocalKeys[]>

export const OTHER_KEYS: readonly LocalKeys[] = [
  { keys: ['↑', '↓'], does: 'Move in the list of sessions, and in what was found' },
  { keys: ['→'], does: 'What can be done with a session in the list' },
  { keys: ['Shift', 'F10'], does: 'Open the menu of a session in the list' },
  { keys: ['←', '→', 'Home', 'End'], does: 'Move between attachments in the preview' },
  { keys: ['Ctrl', '←', '→'], does: 'Move an attachment before or behind its neighbour' },
  { keys: ['Ctrl', 'Z'], does: 'Take back what was removed, or moved' },
]

/** The shortcut that was pressed. */
export function shortcutOf(event: KeyboardEvent, writesText: boolean): Shortcut | undefined {
  const key = event.key.toLowerCase()
  return SHORTCUTS.find(shortcut => shortcut.key === key
    && Boolean(shortcut.ctrl) === (event.ctrlKey || event.metaKey)
    && Boolean(shortcut.alt) === event.altKey
    && (key === '?' || Boolean(shortcut.shift) === event.shiftKey)
    && !(shortcut.outsideText && writesText))
}
