import type { HistoryItem } from './historyItem.ts'

/** Messages without one that another one stands for: of one that waits, only itself; else what came after it as well. */
export function without(items: readonly HistoryItem[], replaced: string): HistoryItem[] {
  const place = items.findIndex(({ id }) => id === replaced)
  if (place < 0)
    return [...items]
  return items[place]?.status === 'accepted' ? items.filter(({ id }) => id !== replaced) : items.slice(0, place)
}

/** The server's messages with those on their way there: at the end, or where the one is that they stand for. */
export function withPending(items: readonly HistoryItem[], pending: readonly HistoryItem[]): readonly HistoryItem[] {
  return pending.reduce((shown, message) => {
    const place = message.status === 'unsent' || message.held ? -1 : shown.findIndex(({ id }) => id === message.replaces)
    if (place < 0 || !message.replaces)
      return [...shown, message]
    return [...shown.slice(0, place), message, ...without(shown, message.replaces).slice(place)]
  }, items)
}
