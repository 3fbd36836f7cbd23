/** What was written of a PDF's pages and not kept, by the PDF's id, as long as this tab lives. */
const left = new Map<string, { text: string, kept: string }>()

/** @param kept the pages that it has: where they are others now, the choice is over */
export function recallPages(id: string, kept: string): string | undefined {
  const choice = left.get(id)
  return choice?.kept === kept ? choice.text : undefined
}

export function leavePages(id: string, kept: string, text: string): void {
  if (text === kept)
    left.delete(id)
  else
    left.set(id, { text, kept })
}
