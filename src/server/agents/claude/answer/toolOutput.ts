import type { FileChange, ToolOutput } from '../../../../shared/protocol/parts.ts'
import { TOOL_OUTPUT_CHARS } from '../../../../shared/protocol/parts.ts'
import type { Turn } from '../../agent.ts'
import { boundedChange, boundedOutput } from '../../bounded.ts'
import { relativePath, withoutFolder } from '../tools/toolTitles.ts'
import { ChangedFile, HelpersReport, type ResultBlock } from './blocks.ts'

/** Pictures of one result; more are not kept. */
const MOST_IMAGES = 20
/** The SDK puts it before what a helper says. */
const NO_REPORT = /^\s*<tools-used-before-summary>[^<]*<\/tools-used-before-summary>\s*/

/** What came back from a tool, bounded. A change of a file is shown instead of the sentence that says so. */
export async function outputOf(block: ResultBlock, result: unknown, turn: Turn, imageName: string): Promise<ToolOutput> {
  const change = ChangedFile.safeParse(result).data
  if (change && !block.is_error)
    return boundedChange(changeOf(change, turn.workspaceFolder))
  const report = HelpersReport.safeParse(result).data
  if (report && !block.is_error)
    return boundedText(report.content.map(({ text }) => text.replace(NO_REPORT, '')).filter(Boolean), turn.workspaceFolder)
  const images = []
  for (const data of imagesOf(block).slice(0, MOST_IMAGES)) {
    const image = await turn.attach({ filename: imageName, mimeType: data.media_type, bytes: Buffer.from(data.data, 'base64') })
    if (image)
      images.push(image)
  }
  return { ...textOf(block, turn.workspaceFolder), ...images.length && { images } }
}

function textOf({ content }: ResultBlock, folder: string): Pick<ToolOutput, 'text' | 'truncated'> {
  return boundedText(typeof content === 'string' ? [content] : content?.flatMap(part => 'text' in part ? [part.text] : []) ?? [], folder)
}

function boundedText(texts: readonly string[], folder: string): Pick<ToolOutput, 'text' | 'truncated'> {
  const text = texts.join('\n')
  // Cut before it is worked on: it may be of any length.
  const cut = text.slice(0, TOOL_OUTPUT_CHARS * 2).replace(/^<tool_use_error>(.*)<\/tool_use_error>$/s, '$1')
  return text ? boundedOutput(withoutFolder(cut, folder)) : {}
}

const imagesOf = ({ content }: ResultBlock) =>
  typeof content === 'string' ? [] : content?.flatMap(part => 'source' in part ? [part.source] : []) ?? []

function changeOf({ filePath, content, structuredPatch }: ChangedFile, folder: string): FileChange {
  return { path: relativePath(filePath, folder), hunks: structuredPatch.length || !content ? structuredPatch : [newFile(content)] }
}

type ChangedFile = NonNullable<ReturnType<typeof ChangedFile.safeParse>['data']>

function newFile(content: string): FileChange['hunks'][number] {
  const lines = content.split('\n')
  if (lines.at(-1) === '')
    lines.pop()
  return { oldStart: 0, newStart: 1, lines: lines.map(line => `+${line}`) }
}
