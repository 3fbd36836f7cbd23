import { onScopeDispose, shallowRef, watch } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDelayed } from '../ui/useDelayed.ts'

/** Milliseconds. Most messages are accepted sooner, and would be kept waiting by what reads their pictures. */
const AFTER = 1000

/**
 * The address of a picture whose bytes are on this device only, as it is and not as its thumbnail; undefined until it is
 * read, and where it cannot be.
 * @param wanted undefined where none is
 */
export function useDevicePicture(wanted: () => AttachmentView | undefined) {
  const url = shallowRef<string>()
  const waits = useDelayed(() => wanted() !== undefined, AFTER)
  let request = 0

  function release() {
    request++
    if (url.value)
      URL.revokeObjectURL(url.value)
    url.value = undefined
  }

  watch(() => waits.value ? wanted()?.id : undefined, async (id) => {
    release()
    const mine = request
    const picture = id === undefined ? undefined : await useDataStore().openAttachment(id).catch(() => undefined) // its thumbnail stays
    if (picture && mine === request)
      url.value = URL.createObjectURL(picture)
  }, { immediate: true })
  onScopeDispose(release)

  return url
}
