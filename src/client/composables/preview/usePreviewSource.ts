import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { hidesStill, stillPng } from '../../../shared/images/png.ts'
import { MissingPartError } from '../../utils/network/loadPart.ts'

/** Characters; a text beyond them would freeze the page before anyone could read it. */
export const SHOWN_CHARS = 200_000

const UNREADABLE = 'This attachment could not be read.'

export interface PreviewSource {
  /** For `img` and downloads. */
  url?: string
  /** For `img` instead of it: the picture that Claude sees, where a browser would show another one. */
  still?: string
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
  /** Why nothing is shown, as a sentence. */
  const failed = ref<string>()
  let objectUrls: string[] = []
  let request = 0

  function release() {
    request++
    source.value = undefined
    failed.value = undefined
    objectUrls.forEach(url => URL.revokeObjectURL(url))
    objectUrls = []
  }

  function toUrl(blob: Blob) {
    const url = URL.createObjectURL(blob)
    objectUrls.push(url)
    return url
  }

  async function open(wanted = attachment()) {
    release()
    if (!wanted)
      return
    source.value = servedSource(wanted)
    if (source.value && (wanted.kind === 'image' || wanted.kind === 'file'))
      return
    const mine = request
    try {
      const content = await readContent(wanted, await load(wanted))
      if (mine === request)
        source.value = toSource(wanted, content)
    }
    catch (error) {
      if (mine !== request)
        return
      console.warn(`${wanted.name} was not read:`, error)
      failed.value = error instanceof MissingPartError ? error.message : UNREADABLE
    }
  }

  function toSource({ url, kind }: AttachmentView, { blob, text, still }: Content): PreviewSource {
    return {
      url: url ?? toUrl(blob),
      still: still && toUrl(still),
      blob: kind === 'pdf' ? blob : undefined,
      text: text?.slice(0, SHOWN_CHARS),
      cut: text !== undefined && text.length > SHOWN_CHARS,
    }
  }

  // By what it shows, not by object: a list that is read again brings new objects of the same things.
  watch(() => [attachment()?.id, attachment()?.url, attachment()?.state, attachment()?.edits?.id, attachment()?.reading?.encoding], () => open(), { immediate: true })
  onScopeDispose(release)

  return { source, failed, retry: () => open(), fail: (why = UNREADABLE) => { failed.value = why } }
}

/** Can be downloaded and, where it is a picture, shown, whatever happens here. */
const servedSource = ({ url, still, kind }: AttachmentView): PreviewSource | undefined =>
  url && kind !== 'txt' ? { url, still } : undefined

interface Content { blob: Blob, text?: string, still?: Blob }

async function readContent({ kind, animated, mimeType }: AttachmentView, blob: Blob): Promise<Content> {
  if (kind === 'txt')
    return { blob, text: await blob.text() }
  return { blob, still: animated && mimeType === 'image/png' ? await stillOf(blob) : undefined }
}

/** Of an animated PNG whose still picture is none of those that move; undefined of any other. */
async function stillOf(blob: Blob): Promise<Blob | undefined> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  return hidesStill(bytes) ? new Blob([stillPng(bytes)], { type: blob.type }) : undefined
}
