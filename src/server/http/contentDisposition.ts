import { withoutHidden } from '../../shared/plainText.ts'

/** RFC 6266: a plain name for old readers, the real one in UTF-8 for all others. */
export function contentDisposition(kind: 'inline' | 'attachment', filename: string): string {
  const name = withoutHidden(filename, '_')
  const ascii = name.replace(/[^\u0020-\u007E]/gu, '_').replace(/["\\%/]/g, '_')
  const utf8 = encodeURIComponent(name).replace(/['()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
