import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/** What is known of the notes of one text while it is parsed. */
interface Notes {
  /** How often each label was defined. */
  defined: Map<string, number>
  /** The number of each note, in the order in which the text first mentions them, and how often it does. */
  mentioned: Map<string, { number: number, times: number }>
  /** The parser is inside a note; there is none in a note. */
  inside: boolean
}
/** The environment that a text is parsed and rendered with. */
interface Environment {
  docId?: string
  notes?: Notes
  /** The text is being written: notes come at its end. */
  growing?: boolean
  /** A number was taken for the mention of a note that is to come. */
  guessed?: boolean
}

/** Characters of a label; a longer one is text. */
const LABEL = /^\[\^([^\s[\]]{1,60})\]/
/** What a note is called that may be to come; with a word in it, it may as well be what it looks like. */
const GUESSED = /^[1-9]\d?$/
const DEFINITION = /^\[\^([^\s[\]]{1,60})\]:[ \t]*/
const LONGEST = 70

const notesOf = (env: Environment): Notes => env.notes ??= { defined: new Map(), mentioned: new Map(), inside: false }

/**
 * `[^1]` leads to the note that begins with `[^1]:`, and the note back. A note stays where it was written, so that
 * one which nothing mentions, or a second one with the same label, is there to be read too. While a text grows a number
 * takes the room of its mention before its note is there, so that the words behind it need not move.
 */
export function readFootnotes(markdown: MarkdownIt) {
  markdown.block.ruler.before('reference', 'footnote', (state, startLine, endLine, silent) => {
    const { start, beginning } = lineAt(state, startLine)
    const [mark, label] = DEFINITION.exec(beginning) ?? []
    if (mark === undefined || label === undefined)
      return false
    const notes = notesOf(state.env as Environment)
    if (silent || notes.inside)
      return silent
    const times = notes.defined.get(label) ?? 0
    notes.defined.set(label, times + 1)
    state.push('footnote_open', 'div', 1).meta = { label, first: times === 0 }
    notes.inside = true
    readNote(state, startLine, endLine, start + mark.length)
    notes.inside = false
    state.push('footnote_close', 'div', -1).meta = { label, first: times === 0 }
    return true
  }, { alt: ['paragraph', 'reference'] })

  markdown.inline.ruler.before('link', 'footnote_mention', (state, silent) => {
    const env = state.env as Environment
    const [mark, label] = env.notes || env.growing ? LABEL.exec(state.src.slice(state.pos, state.pos + LONGEST)) ?? [] : []
    if (mark === undefined || label === undefined || !(env.notes?.defined.has(label) || isToCome(env, label)))
      return false
    if (!silent)
      pushMention(state, env, label)
    state.pos += mark.length
    return true
  })

  drawFootnotes(markdown)
}

const isToCome = ({ growing = false }: Environment, label: string) => growing && GUESSED.test(label)

function pushMention(state: StateInline, env: Environment, label: string) {
  const { notes } = env
  if (!notes?.defined.has(label)) {
    env.guessed = true
    state.push('footnote_to_come', 'sup', 0).content = label
    return
  }
  const note = notes.mentioned.get(label) ?? { number: notes.mentioned.size + 1, times: 0 }
  notes.mentioned.set(label, { ...note, times: note.times + 1 })
  state.push('footnote_mention', 'sup', 0).meta = { number: note.number, isFirst: note.times === 0 }
}

/** Where a line begins behind its indentation, and as much of it as a mark may have. */
function lineAt({ src, bMarks, tShift, eMarks }: StateBlock, line: number) {
  const start = (bMarks[line] ?? 0) + (tShift[line] ?? 0)
  return { start, beginning: src.slice(start, Math.min(eMarks[line] ?? 0, start + LONGEST)) }
}

/** Its first line begins behind the mark; those that are indented as far as a list's belong to it. */
function readNote(state: StateBlock, startLine: number, endLine: number, start: number) {
  const [bMark, tShift, sCount] = [state.bMarks[startLine] ?? 0, state.tShift[startLine] ?? 0, state.sCount[startLine] ?? 0]
  state.blkIndent += 4
  state.bMarks[startLine] = start
  state.tShift[startLine] = 0
  state.sCount[startLine] = state.blkIndent
  state.md.block.tokenize(state, startLine, endLine)
  state.bMarks[startLine] = bMark
  state.tShift[startLine] = tShift
  state.sCount[startLine] = sCount
  state.blkIndent -= 4
}

function drawFootnotes(markdown: MarkdownIt) {
  const { rules } = markdown.renderer
  const { escapeHtml } = markdown.utils
  const noteId = (env: unknown, number: number) => `fn-${escapeHtml((env as Environment).docId ?? '')}-${number}`
  const mentionId = (env: unknown, number: number) => `fnref-${escapeHtml((env as Environment).docId ?? '')}-${number}`
  const mentioned = (env: unknown, { label, first }: { label: string, first: boolean }) =>
    first ? (env as Environment).notes?.mentioned.get(label) : undefined

  rules.footnote_mention = (tokens, index, _options, env) => {
    const { number, isFirst } = tokens[index]?.meta as { number: number, isFirst: boolean }
    const id = isFirst ? ` id="${mentionId(env, number)}"` : ''
    return `<sup class="footnote-mention"><a href="#${noteId(env, number)}"${id} aria-label="Footnote ${number}">[${number}]</a></sup>`
  }
  rules.footnote_to_come = (tokens, index) => `<sup class="footnote-mention">[${tokens[index]?.content ?? ''}]</sup>`
  rules.footnote_open = (tokens, index, _options, env) => {
    const meta = tokens[index]?.meta as { label: string, first: boolean }
    const note = mentioned(env, meta)
    const [mark, id] = note ? [`[${note.number}]`, ` id="${noteId(env, note.number)}"`] : [`[^${escapeHtml(meta.label)}]`, '']
    return `<div class="footnote"><span class="footnote-number">${mark}</span><div class="footnote-text"${id}>`
  }
  rules.footnote_close = (tokens, index, _options, env) => {
    const note = mentioned(env, tokens[index]?.meta as { label: string, first: boolean })
    const back = note ? `<a class="footnote-back" href="#${mentionId(env, note.number)}" aria-label="Back to footnote ${note.number} in the text">↩\uFE0E</a>` : ''
    return `</div>${back}</div>`
  }
}
