import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { ReceiptView } from '../../../shared/files/origins.ts'
import { kindOf } from '../../../shared/attachments.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { shownName } from '../../../shared/plainText.ts'
import type { Attachment, Receipt } from '../../../shared/protocol/attachment.ts'
import type { Thumbnail } from '../images/thumbnail.ts'
import type { DraftThumbnail } from '../storage/draftSchema.ts'

/** A draft's media as it is shown. */
export function toDraftView({ type, thumbnail, size = 0, ...media }: DraftThumbnail, saved = true): AttachmentView {
  const { id, name, mimeType, width, height, pages, restricted, animated, sideways, hasPosition, original, edits, caption, readFrom, reading, stored, unsaved } = media
  return {
    id, name: shownName(name), kind: type, mimeType, size, width, height, pages, restricted, animated, sideways, hasPosition, original, edits, caption, readFrom, reading,
    thumbnail: thumbnailUrl(thumbnail), unsaved: unsaved?.told,
    url: stored?.url, still: stored?.still,
    state: saved ? 'saved' : 'tab-only',
  }
}

/** The picture itself, a few kilobytes: an object URL would be asked of the browser's other processes, and to be given back. */
export const thumbnailUrl = (thumbnail: Thumbnail | undefined): string | undefined =>
  thumbnail && `data:${thumbnail.type};base64,${bytesToBase64(thumbnail.bytes)}`

/**
 * A file just given: its place in the row, until it is read. What it is, is a guess until then. Its size is not
 * asked for: a browser looks at the disk for that, and the page's thread would wait for each file.
 */
export function toPreparingView(id: string, file: Pick<File, 'name' | 'type'>, intoFolder = false): AttachmentView {
  const kind = intoFolder ? 'file' : probableKind(file)
  return { id, name: shownName(file.name), kind, mimeType: file.type, size: 0, state: 'preparing' }
}

/** A file as it was given, which lies on the device and is prepared here or in another tab. */
export const toSafeView = ({ id, name, mimeType, type }: DraftThumbnail): AttachmentView =>
  ({ ...toPreparingView(id, { name, type: mimeType }, type === 'file'), safe: true, found: true })

/** Of many pictures a browser knows no type: HEIC from a telephone, for example. */
const PICTURES = /\.(png|jpe?g|jfif|gif|webp|hei[cf]|avifs?|tiff?|bmp|ico|svg|jp2|jxl|psd)$/i

function probableKind({ name, type }: Pick<File, 'name' | 'type'>): AttachmentView['kind'] {
  if (type.startsWith('image/') || (!type.startsWith('text/') && PICTURES.test(name)))
    return 'image'
  return type === 'application/pdf' || /\.pdf$/i.test(name) ? 'pdf' : 'txt'
}

/** A sent attachment as it is shown: the bytes come from the server. */
export function toSentView({ id, filename, mimeType, size, sha256, width, height, pages, animated, sideways, url, stillUrl, path, caption, receipt }: Attachment): AttachmentView {
  return {
    id, name: shownName(filename), kind: kindOf(mimeType), mimeType, size, url, state: 'saved',
    width: width ?? undefined, height: height ?? undefined, pages: pages ?? undefined,
    animated: animated ?? undefined, sideways: sideways ?? undefined, still: stillUrl ?? undefined, path: path ?? undefined,
    caption: caption ?? undefined,
    receipt: receipt ? toReceiptView(receipt, sha256) : undefined,
  }
}

const toReceiptView = ({ identical, mimeType, size, width, height }: Receipt, sha256: string): ReceiptView =>
  ({ sha256: identical ? sha256 : undefined, mimeType, size, width: width ?? undefined, height: height ?? undefined })
