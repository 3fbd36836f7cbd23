import path from 'node:path'
import { ownValue } from '../../../../shared/collections/ownValue.ts'
import { toolTitle } from '../../bounded.ts'

type Input = Record<string, unknown>

/** What a tool does, and which field of its input says to what. */
const VERBS: Record<string, [verb: string, field: string]> = {
  Read: ['Read', 'file_path'],
  Write: ['Write', 'file_path'],
  Edit: ['Edit', 'file_path'],
  Glob: ['Find', 'pattern'],
  Grep: ['Search for', 'pattern'],
  WebFetch: ['Fetch', 'url'],
  WebSearch: ['Search the web for', 'query'],
  Bash: ['Run', 'command'],
  Agent: ['Ask a helper:', 'description'],
}
const PATH_FIELDS = ['file_path', 'path', 'notebook_path']

/** "Read report.pdf", harmless to show. */
export function titleOf(name: string, input: Input, folder: string): string {
  const [verb, field] = ownValue(VERBS, name) ?? [name, '']
  const object = input[field]
  return toolTitle(verb, typeof object === 'string' ? nameOf(field, object, folder) : '')
}

const nameOf = (field: string, text: string, folder: string) =>
  field === 'file_path' ? relativePath(text, folder).replace(/^attachments\//, '') : text

/** As the person knows it: below the workspace, with `/`. What lies elsewhere stays as it is. */
export function relativePath(file: string, folder: string): string {
  const relative = path.relative(folder, path.resolve(folder, file))
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/')
}

/** The tool's input without the place of the workspace on this machine. */
export const harmlessInput = (input: Input, folder: string): Input =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [name, PATH_FIELDS.includes(name) && typeof value === 'string' ? relativePath(value, folder) : value]))

/** What a tool says, without the place of the workspace on this machine. */
export const withoutFolder = (text: string, folder: string) => text.replaceAll(`${folder}${path.sep}`, '').replaceAll(folder, '.')
