import { shallowRef } from 'vue'
import { uuid } from '../../../shared/uuid.ts'
import { dropFromJournal, NO_REVISION, writeJournal, type JournalEntry } from '../../utils/device/unloadJournal.ts'
import { conflictingText, isInConflict } from '../../utils/storage/conflictingTexts.ts'
import type { DraftText } from '../../utils/storage/textStorage.ts'

/** How many ids of one draft's words are remembered: another tab may just have read an earlier one. */
const REMEMBERED = 10

export type DraftEditor = ReturnType<typeof createDraftEditor>

/**
 * One session's draft in this tab: what the device holds of it, as far as this tab knows, and how the text here goes
 * on from there.
 */
export function createDraftEditor(sessionId: string, tab: string) {
  const stored = shallowRef<DraftText>()
  /** The revision that the text here began from. */
  let base: string | undefined
  /** Those that this tab is just giving it: the page may go before it hears which of them the device took. */
  const underWay = new Set<string>()
  /** The ids under which its words were put into the journal, the last one last; none while they are not there. */
  let words: readonly string[] = []
  let handOvers = 0

  /** Where a page that goes now would have its words go on from. */
  const bases = () => [base ?? NO_REVISION, ...underWay]

  /** @returns false where the journal does not take it */
  function write(entry: Pick<JournalEntry, 'id' | 'text' | 'message' | 'replaces'>, isRead: boolean): boolean {
    return writeJournal({ ...entry, sessionId, tab, bases: isRead ? bases() : undefined })
  }

  /**
   * @param isRead this tab knows what the device holds
   * @param replaces ids of what the journal holds of these words, too
   */
  function keep(text: string, isRead: boolean, replaces?: readonly string[]): void {
    const id = uuid()
    words = [...words.slice(1 - REMEMBERED), id]
    write({ id, text, replaces }, isRead)
  }

  /** The words are on the device, or not wanted any more. */
  function drop(): void {
    if (words.length)
      dropFromJournal({ sessionId, tab })
    words = []
  }

  return {
    base: () => base,
    /** What stands against the text that this tab shows; undefined where there is nothing to decide. */
    conflicting: () => stored.value && conflictingText(stored.value, tab),

    /** The device holds this now. Unless this tab's text conflicts with it, that text goes on from here. */
    remember(text: DraftText): void {
      stored.value = text
      if (!isInConflict(text, tab))
        base = text.revision
    },

    goOnFrom(revision: string | undefined): void {
      base = revision
    },

    /** The device holds nothing of it. */
    forget(): void {
      stored.value = undefined
      base = undefined
    },

    /** Runs what gives the text on the device another revision. @param write is told its name */
    async revising<Result>(write: (revision: string) => Promise<Result>): Promise<Result> {
      const revision = uuid()
      underWay.add(revision)
      try {
        return await write(revision)
      }
      finally {
        underWay.delete(revision)
      }
    },

    keep,
    drop,
    /** What of it is in the journal, by id. */
    kept: () => words,

    /** How often its text was handed over: what was asked before, of a text that is not here any more, is not done. */
    handOvers: () => handOvers,

    /** The text is a message's now. @returns whether the journal holds the message */
    keepMessage(entry: Pick<JournalEntry, 'id' | 'text' | 'message'>, isRead: boolean): boolean {
      handOvers++
      const isKept = write({ ...entry, replaces: words }, isRead)
      drop()
      return isKept
    },

    /** It is in the outbox, or a draft again, or went. */
    dropMessage: (messageId: string): void => dropFromJournal({ sessionId, tab, messageId }),
  }
}
