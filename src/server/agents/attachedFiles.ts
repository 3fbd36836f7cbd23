import type { ContentBlock } from './agent.ts'

/** Begins the text block that stands before each image and holds its name. */
const IMAGE_LABEL = 'Image: '

/** What stands before an image; in a line of its own what the person says of it. */
export const labelOf = (filename: string, caption: string | null): string =>
  `${IMAGE_LABEL}${filename}${caption === null ? '' : `\nCaption: ${caption}`}`

type FileBlock = Exclude<ContentBlock, { type: 'text' }>

export interface AttachedFile {
  name: string
  block: FileBlock
  /** Of the block. */
  index: number
}

/** The files among a turn's blocks. */
export const attachedFiles = (content: readonly ContentBlock[]): AttachedFile[] =>
  content.flatMap((block, index) => block.type === 'text' ? [] : [{ name: nameOf(block, content[index - 1]), block, index }])

function nameOf(block: FileBlock, before: ContentBlock | undefined) {
  if (block.type === 'file')
    return block.name
  if (block.type === 'document')
    return block.title
  return before?.type === 'text' ? before.text.slice(IMAGE_LABEL.length).split('\n')[0] ?? 'image' : 'image'
}
