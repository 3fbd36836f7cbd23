import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import { formatBytes } from '../../../shared/attachments.ts'
import type { ContentBlock } from '../agent.ts'

type SdkBlock = Exclude<SDKUserMessage['message']['content'], string>[number]

/** Our blocks are the API's already, but for files that are only named. */
export const toSdkBlocks = (content: readonly ContentBlock[]): SdkBlock[] =>
  content.map(block => block.type === 'file' ? { type: 'text', text: nameFile(block) } : block)

function nameFile({ name, mediaType, size, path, onlyInFolder }: Extract<ContentBlock, { type: 'file' }>): string {
  const what = `The file “${inOneLine(name)}” (${mediaType}, ${formatBytes(size)})`
  return onlyInFolder
    ? `${what} lies at ${path} in your working folder. What is in it is not shown here.`
    : `${what} is too long to be shown here. Read it at ${path} in your working folder.`
}

/** A name is a person's, or a hostile program's: it neither begins a line of its own nor turns the direction of what follows. */
// eslint-disable-next-line no-control-regex
const inOneLine = (name: string) => name.replace(/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g, ' ')
