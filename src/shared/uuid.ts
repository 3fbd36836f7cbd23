import { byteAt } from './bytes/byteAt.ts'

/** A random UUID (version 4). `crypto.randomUUID` is missing on plain http in a LAN; this is not. */
export function uuid(): string {
  if (typeof crypto.randomUUID === 'function')
    return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = byteAt(bytes, 6) & 0x0F | 0x40
  bytes[8] = byteAt(bytes, 8) & 0x3F | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
