import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { asciiBytes, type SendableMedia } from '../../utils/attachments/messageBlocks.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import type { Removed } from '../../utils/storage/mediaRecords.ts'
import { getDraftThumbnails } from '../../utils/storage/thumbnailStorage.ts'

/**
 * What was attached in this tab, made ready to be sent while nobody waits for it, and there again where the browser
 * removes it from the device. The browser keeps Blobs outside of this thread's memory, and moves them to its disk
 * where they are many.
 */
interface Copy {
  view: DraftThumbnail
  /** Until it is packed. */
  media?: DraftMedia
  packed?: Packed
}

/** A media whose bytes are Blobs. */
interface Packed { rest: Omit<DraftMedia, 'base64'>, base64: Blob, readFrom?: Blob, reading?: Blob, given?: Blob }

const copies = new Map<string, Copy>()

/** Milliseconds after the last file was saved: what shows it comes first. */
const QUIET = 50
let timer: ReturnType<typeof setTimeout> | undefined

/** When all that is given now is saved, which this would keep waiting; sooner where it is sent before. */
export function encodeSoon(media: DraftMedia, view: DraftThumbnail): void {
  copies.set(media.id, { view, media })
  clearTimeout(timer)
  timer = setTimeout(packNext, QUIET)
}

/** One after the other: whoever asks for something meanwhile comes first. */
function packNext() {
  const copy = [...copies.values()].find(({ media }) => media)
  if (!copy)
    return
  packed(copy)
  timer = setTimeout(packNext)
}

/** They are about to be sent. */
export function encodeNow(ids: readonly string[]): void {
  for (const copy of ids.flatMap(id => copies.get(id) ?? []))
    packed(copy)
}

function packed(copy: Copy): Packed | undefined {
  if (copy.media)
    copy.packed = pack(copy.media)
  copy.media = undefined
  return copy.packed
}

function pack({ base64, readFrom, reading, given, ...rest }: DraftMedia): Packed {
  return {
    rest: {
      ...rest,
      ...readFrom && { readFrom: { ...readFrom, base64: '' } },
      ...reading && { reading: { ...reading, bytes: new Uint8Array() } },
      ...given && { given: { ...given, base64: '' } },
    },
    base64: new Blob([rest.type === 'txt' ? base64 : asciiBytes(base64)]),
    readFrom: readFrom && new Blob([readFrom.base64]),
    reading: reading && new Blob([new Uint8Array(reading.bytes)]),
    given: given && new Blob([asciiBytes(given.base64)]),
  }
}

async function unpack({ rest, base64, readFrom, reading, given }: Packed): Promise<DraftMedia> {
  return {
    ...rest,
    base64: await base64.text(),
    ...readFrom && rest.readFrom && { readFrom: { ...rest.readFrom, base64: await readFrom.text() } },
    ...reading && rest.reading && { reading: { ...rest.reading, bytes: new Uint8Array(await reading.arrayBuffer()) } },
    ...given && rest.given && { given: { ...rest.given, base64: await given.text() } },
  }
}

/** Those of these medias, by id, that are still what the device holds: another tab may have changed or removed them. */
export async function encodedOf(ids: readonly string[]): Promise<Map<string, SendableMedia>> {
  const thumbnails = await getDraftThumbnails(ids.filter(id => copies.has(id)))
  return new Map(thumbnails.flatMap(({ readFrom: _, reading: _reading, ...view }) => {
    const copy = copies.get(view.id)
    const travelsAsItIs = view.type === 'txt'
    const base64 = copy && !travelsAsItIs && isOf(copy, view) ? packed(copy)?.base64 : undefined
    return base64 ? [[view.id, { ...view, base64 }] as const] : []
  }))
}

/** How a media looks to whoever asks for it. */
export type Look = Pick<DraftThumbnail, 'id' | 'mimeType' | 'size' | 'hasPosition' | 'edits'>

const isOf = (copy: Copy | undefined, look: Look) => copy !== undefined && copy.view.mimeType === look.mimeType
  && copy.view.size === look.size && Boolean(copy.view.hasPosition) === Boolean(look.hasPosition)
  && copy.view.edits?.id === look.edits?.id

/** The media again, as it looks; undefined where this tab never had it, or had it in another form. */
export async function copyOf(look: Look): Promise<Required<Removed> | undefined> {
  const copy = copies.get(look.id)
  if (!copy || !isOf(copy, look))
    return undefined
  const media = copy.media ?? (copy.packed && await unpack(copy.packed))
  return media && { media, thumbnail: copy.view }
}

export function dropEncoded(id: string): void {
  copies.delete(id)
}

/** Something else is said of it. */
export function recaption(id: string, caption: string | undefined): void {
  const copy = copies.get(id)
  if (copy)
    copy.view = { ...copy.view, caption }
}
