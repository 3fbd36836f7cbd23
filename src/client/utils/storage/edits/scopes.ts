import type { Scope } from '../draftDatabase.ts'

/** What is touched where a message is edited: the draft, and the files of both. */
export const WITH_EDITS: Scope = { stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails'], mode: 'readwrite', durability: 'strict' }
