import type { AgentChoice } from '../shared/protocol/agent.ts'
import { uuid } from '../shared/uuid.ts'
import { appendFiles, type AttachmentInput } from './attachmentInput.ts'
import type { RequestOptions } from './connection.ts'

export interface SendOptions {
  attachments?: readonly AttachmentInput[]
  /** Of any type, up to 25 MB each, after the other attachments: they lie in the agent's workspace and are named to it, and it sees nothing else of them. */
  workspaceFiles?: readonly AttachmentInput[]
  /** Of `uploadAttachment`, after the other attachments. */
  uploadIds?: readonly string[]
  /** Attachments that are on the server already, of any of your sessions: they are attached once more, before the others, and no bytes travel. */
  attachmentIds?: readonly string[]
  /** Where each of these stands among all attachments of the message, from 0; without it they stand before the others. */
  attachmentPlaces?: readonly number[]
  /** A message of the session that this one stands for: one that still waits is replaced in its place; of another, this begins a version. */
  replaces?: string
  /** With `replaces`: the files of the agent's folder are put back as they were there, before it is asked. */
  restoreFiles?: boolean
  /** Who is to answer, of `getAgent`; null for the default. As the session's last, where nothing is said. */
  model?: string | null
  effort?: string | null
  /** What makes a second try the same message; made where there is none. */
  idempotencyKey?: string
  signal?: AbortSignal
}

/** The same for every try of one message. */
export function messageRequest(content: string, { attachments = [], workspaceFiles = [], uploadIds = [], attachmentIds = [], attachmentPlaces = [], replaces, restoreFiles, model, effort, idempotencyKey = uuid(), signal }: SendOptions, accept: string): RequestOptions {
  const form = new FormData()
  form.append('content', content)
  for (const id of uploadIds)
    form.append('uploadIds', id)
  for (const id of attachmentIds)
    form.append('attachmentIds', id)
  for (const place of attachmentPlaces)
    form.append('attachmentPlaces', String(place))
  appendPlace(form, { replaces, restoreFiles })
  appendChoice(form, { model, effort })
  appendFiles(form, attachments)
  appendFiles(form, workspaceFiles, 'workspaceFiles') // last: what they belong to is known when they come
  return { method: 'POST', headers: { accept, 'idempotency-key': idempotencyKey }, body: form, signal }
}

function appendPlace(form: FormData, { replaces, restoreFiles }: Pick<SendOptions, 'replaces' | 'restoreFiles'>) {
  if (replaces !== undefined)
    form.append('replaces', replaces)
  if (restoreFiles)
    form.append('restoreFiles', 'true')
}

/** A form has no null: an empty field is the default. */
function appendChoice(form: FormData, choice: AgentChoice) {
  for (const [name, value] of Object.entries(choice)) {
    if (value !== undefined)
      form.append(name, value ?? '')
  }
}
