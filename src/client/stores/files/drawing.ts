import type * as views from '../../utils/attachments/draftView.ts'
import type { Thumbnail } from '../../utils/images/thumbnail.ts'
import type { Given } from '../../utils/storage/intake/givenRecords.ts'
import type { media as tasks } from '../../workers/media.ts'
import type { ShownFiles } from './shownFiles.ts'

interface Means extends Pick<typeof views, 'thumbnailUrl'> {
  files: ShownFiles
  media: Pick<typeof tasks, 'glance'>
}

/** How pictures are seen before they are checked: those that are drawn within a frame together, for each change of the list costs one. */
export function createDrawing({ files, media, thumbnailUrl }: Means) {
  const drawn = new Map<string, Map<string, Thumbnail | undefined>>()

  async function draw(sessionId: string, { id, file }: Given): Promise<void> {
    if (files.viewsOf(sessionId).find(view => view.id === id)?.kind !== 'image')
      return
    const thumbnail = await media.glance(id, file).catch(() => undefined)
    const others = drawn.get(sessionId)
    if (others)
      return void others.set(id, thumbnail)
    drawn.set(sessionId, new Map([[id, thumbnail]]))
    if (document.hidden) // where nothing is drawn, there is no frame
      show(sessionId)
    else
      requestAnimationFrame(() => show(sessionId))
  }

  /** What was prepared meanwhile has its picture already. */
  function show(sessionId: string) {
    const of = drawn.get(sessionId)
    drawn.delete(sessionId)
    files.show(sessionId, files.viewsOf(sessionId).map(view =>
      of?.has(view.id) && view.state === 'preparing' ? { ...view, thumbnail: thumbnailUrl(of.get(view.id)) } : view))
  }

  return { draw }
}
