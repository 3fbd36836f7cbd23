import { plainLine, plainText, withoutHidden } from '../../../shared/plainText.ts'
import type { ToolPart } from '../../../shared/protocol/parts.ts'
import type { PartIcon } from '../icons/partIcons.ts'

/** Characters of a line: a longer one is whole in its details. */
const LINE_CHARS = 200

/** What a tool's line says, on one line. */
export const toolTitle = ({ title, name }: ToolPart): string => plainLine(title.trim() || name, LINE_CHARS)

/** For who does not see the mark. */
export const STATUS_WORDS: Record<ToolPart['status'], string> = {
  running: 'running', waiting: 'waiting for you', done: 'done', failed: 'failed', denied: 'not allowed',
}

const ICONS = new Map<string, PartIcon>(Object.entries({
  Read: 'file', Write: 'pencil', Edit: 'pencil', NotebookEdit: 'pencil', Glob: 'search', Grep: 'search',
  WebFetch: 'globe', WebSearch: 'globe', Bash: 'terminal',
} as const))

export const toolIcon = ({ name }: ToolPart): PartIcon => ICONS.get(name) ?? 'tool'

/** What a tool was given, by name; what is no text as JSON. What its line says already is not said again. */
export function inputLines({ input, title }: ToolPart): { name: string, text: string, isLong: boolean }[] {
  return Object.entries(input).map(([name, value]) => {
    const text = plainText(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2) ?? '')
    return { name: plainLine(name, LINE_CHARS), text, isLong: text.length > LINE_CHARS || text.includes('\n') }
  }).filter(({ text, isLong }) => text !== '' && (isLong || !title.includes(text)))
}

/**
 * A title in two: what is to be done, and to what, where the title says that as the beginning of a command or address.
 * "Run npm test" -> "Run" and "npm test"
 */
export function titleParts(title: string, whole: string | null): { verb: string, object: string } {
  const known = title.replace(/…$/, '')
  const beginning = withoutHidden(whole ?? '')
  for (let at = known.indexOf(' '); at > 0 && at < known.length - 1; at = known.indexOf(' ', at + 1)) {
    if (beginning.startsWith(known.slice(at + 1)))
      return { verb: plainText(title.slice(0, at)), object: plainText(title.slice(at + 1)) }
  }
  return { verb: plainText(title), object: '' }
}
