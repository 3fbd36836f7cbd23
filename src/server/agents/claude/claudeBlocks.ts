import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import { formatBytes } from '../../../shared/attachments.ts'
import type { ContentBlock } from '../agent.ts'

type SdkBlock = Exclude<SDKUserMessage['message']['content'], string>[number]

/** Our blocks are the API's already, but for files that are only named. */
export const toSdkBlocks = (content: readonly ContentBlock[]): SdkBlock[] =>
  content.map(block => block.type === 'file'
    ? { type: 'text', text: `The file “${block.name}” (${block.mediaType}, ${formatBytes(block.size)}) is too long to be shown here. Read it at ${block.path} in your working folder.` }
    : block)
