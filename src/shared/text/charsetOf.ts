/** "text/plain; charset=Shift_JIS" -> "Shift_JIS" */
export const charsetOf = (mediaType: string): string | undefined => /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(mediaType)?.[1]
