import { plainLine } from '../../shared/plainText.ts'
import { TOOL_INPUT_CHARS, TOOL_OUTPUT_CHARS, type FileChange, type ToolOutput } from '../../shared/protocol/parts.ts'

/** Characters of a title: one line on any screen. */
const TITLE_CHARS = 200

/** A tool's input as it may travel: whole, or `{}` where it is too long. */
export function boundedInput(input: Record<string, unknown>): { input: Record<string, unknown>, truncated?: true } {
  return JSON.stringify(input).length <= TOOL_INPUT_CHARS ? { input } : { input: shortened(input), truncated: true }
}

/** Long texts of the input are cut; what is still too long is left out. */
function shortened(input: Record<string, unknown>) {
  const entries = Object.entries(input).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 1000) : value] as const)
  let room = TOOL_INPUT_CHARS
  return Object.fromEntries(entries.filter(([name, value]) => (room -= JSON.stringify([name, value])?.length ?? 0) > 0))
}

export const boundedOutput = (text: string): Pick<ToolOutput, 'text' | 'truncated'> =>
  text.length <= TOOL_OUTPUT_CHARS ? { text } : { text: text.slice(0, TOOL_OUTPUT_CHARS), truncated: true }

/** A file's change as it may travel: lines up to as many characters as a tool's output has. */
export function boundedChange({ path, hunks }: FileChange): Pick<ToolOutput, 'change' | 'truncated'> {
  let room = TOOL_OUTPUT_CHARS
  const fits = (line: string) => (room -= line.length + 1) >= 0
  const fitting = hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines: lines.filter(fits) }))
  return { change: { path, hunks: fitting.filter(({ lines }) => lines.length) }, ...room < 0 && { truncated: true } }
}

/** "Read report.pdf": what a tool does to what, harmless to show. */
export const toolTitle = (verb: string, object: string) => plainLine(object ? `${verb} ${object}` : verb, TITLE_CHARS)
