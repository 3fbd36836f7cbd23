import { structuredPatch } from 'diff'
import { z } from 'zod'
import { readWorkspaceFile, WorkspacePathError } from '../../../storage/workspace/workspaceFiles.ts'
import { relativePath } from '../tools/toolTitles.ts'
import type { OpenCall } from './openCalls.ts'

const Written = z.object({ file_path: z.string(), content: z.string() })
const Edited = z.object({ file_path: z.string(), old_string: z.string(), new_string: z.string() })

/** What a call had done that was cut off before it could say so: the words for Claude, and the SDK's result. */
export interface Done { words: string, result: object }

/** Whether the file is as a call of Write or Edit was to make it. What is there is not done once more. */
export async function doneAlready({ name, input }: OpenCall, folder: string): Promise<Done | undefined> {
  if (name === 'Write')
    return written(Written.safeParse(input).data, folder)
  return name === 'Edit' ? edited(Edited.safeParse(input).data, folder) : undefined
}

async function written(call: z.infer<typeof Written> | undefined, folder: string): Promise<Done | undefined> {
  if (!call || await textOf(call.file_path, folder) !== call.content)
    return undefined
  return { words: `The file ${call.file_path} has been written.`, result: { filePath: call.file_path, content: call.content, structuredPatch: [] } }
}

/** Before an edit the file holds the old text; where it holds the new one, the edit was made. */
async function edited(call: z.infer<typeof Edited> | undefined, folder: string): Promise<Done | undefined> {
  if (!call?.new_string)
    return undefined
  const { file_path: filePath, old_string: old, new_string: changed } = call
  const after = await textOf(filePath, folder)
  if (!after?.includes(changed) || (after.includes(old) && !changed.includes(old)))
    return undefined
  const { hunks } = structuredPatch('', '', after.replace(changed, () => old), after, '', '', { context: 3 })
  return { words: `The file ${filePath} has been changed: it holds the new text.`, result: { filePath, structuredPatch: hunks } }
}

async function textOf(file: string, folder: string): Promise<string | undefined> {
  try {
    return (await readWorkspaceFile(folder, relativePath(file, folder))).toString('utf8')
  }
  catch (error) {
    if (error instanceof WorkspacePathError)
      return undefined
    throw error
  }
}
