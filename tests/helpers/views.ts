import type { HistoryItem } from '../../src/client/stores/history/historyItem.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'

/** Attachments and messages as components are given them. */
const view = (name: string, rest: Omit<AttachmentView, 'id' | 'name'>): AttachmentView => ({ id: crypto.randomUUID(), name, ...rest })

export const imageView = (name = 'shot.png', more: Partial<AttachmentView> = {}) =>
  view(name, { kind: 'image', mimeType: 'image/png', size: 3, state: 'saved', thumbnail: 'data:image/png;base64,AAAA', ...more })

export const pdfView = (name = 'report.pdf', more: Partial<AttachmentView> = {}) =>
  view(name, { kind: 'pdf', mimeType: 'application/pdf', size: 3, state: 'saved', ...more })

export const textView = (name = 'notes.txt', more: Partial<AttachmentView> = {}) =>
  view(name, { kind: 'txt', mimeType: 'text/plain', size: 3, state: 'saved', ...more })

export const messageItem = (more: Partial<HistoryItem> = {}): HistoryItem => {
  const id = crypto.randomUUID()
  return { id, key: id, sessionId: 's1', role: 'user', text: 'hello', parts: [], attachments: [], status: 'accepted', createdAt: Date.now(), ...more }
}
