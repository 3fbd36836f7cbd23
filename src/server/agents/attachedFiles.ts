import { shownName } from '../../shared/plainText.ts'
import type { ContentBlock } from './agent.ts'

/** Begins the text block that stands before each image and holds its name. */
const IMAGE_LABEL = 'Image: '

/** Begins its second line, where the person says something of the image. */
const CAPTION_LABEL = 'Caption: '

/** What stands before an image; in a line of its own what the person says of it. */
export const labelOf = (filename: string, caption: string | null): string =>
  `${IMAGE_LABEL}${shownName(filename)}${caption === null ? '' : `\n${CAPTION_LABEL}${caption}`}`

type FileBlock = Exclude<ContentBlock, { type: 'text' }>

export interface AttachedFile {
  name: string
  /** What the person says of it. */
  caption?: string
  block: FileBlock
  /** Of the block. */
  index: number
}

/** The files among a turn's blocks. */
export const attachedFiles = (content: readonly ContentBlock[]): AttachedFile[] =>
  content.flatMap((block, index) => block.type === 'text' ? [] : [{ name: nameOf(block, content[index - 1]), caption: captionOf(block, content[index - 1]), block, index }])

function nameOf(block: FileBlock, before: ContentBlock | undefined) {
  if (block.type === 'file')
    return block.name
  if (block.type === 'document')
    return block.title
  return before?.type === 'text' ? before.text.slice(IMAGE_LABEL.length).split('\n')[0] ?? 'image' : 'image'
}

/** It is one line, the last one. */
function captionOf(block: FileBlock, before: ContentBlock | undefined) {
  const line = block.type === 'image' && before?.type === 'text' ? before.text.split('\n').slice(1).at(-1) : undefined
  return line?.startsWith(CAPTION_LABEL) ? line.slice(CAPTION_LABEL.length) : undefined
}
