import type { AttachmentView } from '../../../shared/attachmentView.ts'

/** Downloads what the server holds. A browser asks the person before it takes many at once. */
export function saveFile({ name, url }: AttachmentView): void {
  if (!url)
    return
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
