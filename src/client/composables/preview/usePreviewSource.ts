import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { AttachmentView } from '../../../shared/attachments.ts'

/** Characters; a text beyond them would freeze the page before anyone could read it. */
export const SHOWN_CHARS = 200_000

export interface PreviewSource {
  /** For `img` and downloads. */
  url?: string
  /** The file itself, of a PDF. */
  blob?: Blob
  text?: string
  /** The text goes on after what is shown. */
  cut?: boolean
}

/**
 * What the preview of an attachment shows: from the server where it is served, else from this device.
 * Whoever moves on quickly sees the last one asked for, never an earlier one that arrived later.
 */
export function usePreviewSource(
  attachment: () => AttachmentView | undefined,
  load: (attachment: AttachmentView) => Promise<Blob>,
) {
  const source = shallowRef<PreviewSource>()
  const failed = ref(false)
  let objectUrl: string | undefined
  let request = 0

  function release() {
    request++
    source.value = undefined
    failed.value = false
    if (objectUrl)
      URL.revokeObjectURL(objectUrl)
    objectUrl = undefined
  }

  async function open(wanted = attachment()) {
    release()
    if (!wanted)
      return
    if (wanted.url && wanted.kind !== 'txt')
      source.value = { url: wanted.url } // can be downloaded, whatever happens here
    if (source.value && (wanted.kind === 'image' || wanted.kind === 'file'))
      return
    const mine = request
    try {
      const blob = await load(wanted)
      const text = wanted.kind === 'txt' ? await blob.text() : undefined
      if (mine !== request)
        return
      objectUrl = wanted.url ? undefined : URL.createObjectURL(blob)
      source.value = {
        url: wanted.url ?? objectUrl,
        blob: wanted.kind === 'pdf' ? blob : undefined,
        text: text?.slice(0, SHOWN_CHARS),
        cut: text !== undefined && text.length > SHOWN_CHARS,
      }
    }
    catch (error) {
      if (mine !== request)
        return
      console.warn(`${wanted.name} was not read:`, error)
      failed.value = true
    }
  }

  // By what it shows, not by object: a list that is read again brings new objects of the same things.
  watch(() => [attachment()?.id, attachment()?.url, attachment()?.state, attachment()?.reading?.encoding], () => open(), { immediate: true })
  onScopeDispose(release)

  return { source, failed, retry: () => open(), fail: () => { failed.value = true } }
}
