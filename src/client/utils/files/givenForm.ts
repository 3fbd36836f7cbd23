import type { DraftMedia } from './fileUtils.ts'

/** Of a file that the person has changed: what it was before. */
export type GivenForm = Pick<DraftMedia, 'base64' | 'mimeType' | 'size' | 'width' | 'height' | 'pages' | 'restricted' | 'animated' | 'sideways' | 'hasPosition' | 'original'>

export const givenFormOf = ({ base64, mimeType, size, width, height, pages, restricted, animated, sideways, hasPosition, original }: DraftMedia): GivenForm =>
  ({ base64, mimeType, size, width, height, pages, restricted, animated, sideways, hasPosition, original })
