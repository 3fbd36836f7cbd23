import { parseBlocks } from '../../src/client/utils/text/markdown/markdown.ts'

/** A text that has come whole. */
export const renderBlocks = (text: string, id = ''): string[] => parseBlocks(text, { docId: id }).map(({ html }) => html)

export const renderMarkdown = (text: string): string => renderBlocks(text).join('')
