// Controls, and what would hide or turn the direction of what follows.
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu

/** RFC 6266: a plain name for old readers, the real one in UTF-8 for all others. */
export function contentDisposition(kind: 'inline' | 'attachment', filename: string): string {
  const name = filename.replace(INVISIBLE, '_')
  const ascii = name.replace(/[^\u0020-\u007E]/gu, '_').replace(/["\\%/]/g, '_')
  const utf8 = encodeURIComponent(name).replace(/['()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
