import { FileRejectedError } from '../../utils/limits/rejection.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'

/** The files of the drafts looked at so far, by their bytes. */
const known = new Map<string, Pick<DraftThumbnail, 'id' | 'name'>>()

const keyOf = ({ sessionId, fingerprint }: DraftThumbnail) => `${sessionId} ${fingerprint}`

/** The same bytes twice in a draft cost twice and say nothing new. @throws FileRejectedError */
export function refuseSecond(view: DraftThumbnail): void {
  const first = known.get(keyOf(view))
  if (first && first.id !== view.id) {
    const as = first.name === view.name ? '' : `, as ${first.name}: their contents are the same`
    throw new FileRejectedError(`${view.name} is already attached${as}.`)
  }
  remember(view)
}

export function remember(view: DraftThumbnail): void {
  if (view.fingerprint) // older versions did not take it
    known.set(keyOf(view), { id: view.id, name: view.name })
}

export function forgetBytesOf(id: string): void {
  for (const [key, first] of known) {
    if (first.id === id)
      known.delete(key)
  }
}
