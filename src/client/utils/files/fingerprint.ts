/**
 * The same for the same bytes: to notice that a file is attached twice, not to prove anything. SHA-256
 * where the browser has it; on plain http in a LAN it does not, and a 64-bit FNV-1a is enough.
 */
export async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (globalThis.crypto?.subtle) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('')
  }
  return `${fnv1a(bytes, 0x811C9DC5)}-${fnv1a(bytes, 0x01234567)}-${bytes.length}`
}

function fnv1a(bytes: Uint8Array, start: number): string {
  let hash = start
  for (const byte of bytes)
    hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16)
}
