import * as storage from '../../utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { getDraftThumbnails } from '../../utils/storage/thumbnailStorage.ts'
import { mediaCache } from './mediaCache.ts'

/** @throws where it is gone */
export async function getMedia(id: string): Promise<DraftMedia> {
  const [inTab] = mediaCache.tabOnlyOf([id])
  const media = inTab ?? await storage.getDraftMedia(id)
  if (!media)
    throw new Error('this attachment is no longer on this device')
  return media
}

/** In the order of these ids. @throws where one of them is gone */
export async function getMedias(ids: readonly string[]): Promise<DraftMedia[]> {
  const saved = await storage.getDraftMedias(ids.filter(id => !mediaCache.isTabOnly(id)))
  const all = new Map([...saved, ...mediaCache.tabOnlyOf(ids)].map(media => [media.id, media]))
  return ids.map((id) => {
    const media = all.get(id)
    if (!media)
      throw new Error('an attachment of this message is no longer on this device')
    return media
  })
}

/** What is said of a media lies beside its bytes, not with them: it is written with every letter. */
export async function withCaptions(medias: readonly DraftMedia[]): Promise<DraftMedia[]> {
  const onDevice = medias.map(({ id }) => id).filter(id => !mediaCache.isTabOnly(id))
  const captions = new Map((await getDraftThumbnails(onDevice)).map(({ id, caption }) => [id, caption]))
  return medias.map(media => ({ ...media, caption: captions.get(media.id) ?? media.caption }))
}
