import { structuredPatch } from 'diff'
import type { FileChange, ToolOutput } from '../../../shared/protocol/parts.ts'
import { readWorkspaceFile, WorkspacePathError, writeWorkspaceFile } from '../../storage/workspace/workspaceFiles.ts'
import { boundedChange, boundedOutput } from '../bounded.ts'
import type { Command } from './commands.ts'

export type FileCommand = Extract<Command, { name: 'read' | 'write' | 'edit' }>

/** Does it, really, in the session's folder. `isAgain`: it may have been done before its server ended. @throws `WorkspacePathError` with a sentence where it cannot be done */
export async function runFileCommand(command: FileCommand, folder: string, isAgain = false): Promise<ToolOutput> {
  switch (command.name) {
    case 'read':
      return boundedOutput((await readWorkspaceFile(folder, command.path)).toString('utf8'))
    case 'write': {
      const before = await readOrNothing(folder, command.path)
      return boundedChange(await change(folder, command.path, before, `${command.text}\n`))
    }
    case 'edit': {
      const before = (await readWorkspaceFile(folder, command.path)).toString('utf8')
      if (isAgain && command.after && !before.includes(command.before) && before.includes(command.after))
        return boundedChange(changeOf(command.path, before.replace(command.after, () => command.before), before))
      if (!before.includes(command.before))
        throw new WorkspacePathError(`${command.path} does not hold “${command.before.slice(0, 100)}”.`)
      return boundedChange(await change(folder, command.path, before, before.replace(command.before, () => command.after)))
    }
  }
}

async function change(folder: string, path: string, before: string, after: string): Promise<FileChange> {
  await writeWorkspaceFile(folder, path, Buffer.from(after))
  return changeOf(path, before, after)
}

function changeOf(path: string, before: string, after: string): FileChange {
  const { hunks } = structuredPatch(path, path, before, after, '', '', { context: 3 })
  return { path, hunks: hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines })) }
}

async function readOrNothing(folder: string, path: string) {
  try {
    return (await readWorkspaceFile(folder, path)).toString('utf8')
  }
  catch (error) {
    if (error instanceof WorkspacePathError)
      return ''
    throw error
  }
}
