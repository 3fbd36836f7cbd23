import { gcm } from '@noble/ciphers/aes.js'
import { base64ToBytes, bytesToBase64 } from '../../../shared/base64.ts'
import type { JournalSeal } from '../device/unloadJournal.ts'

/** Of what is written while the page goes: it waits for nothing, which the browser's own encryption would. */
export function journalSeal(key: Uint8Array, seals: boolean): JournalSeal {
  return {
    write: text => seals ? JSON.stringify({ sealed: seal(key, text) }) : text,
    read(written) {
      const { sealed } = JSON.parse(written) as { sealed?: unknown }
      return typeof sealed === 'string' ? open(key, sealed) : written
    },
  }
}

function seal(key: Uint8Array, text: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const sealed = gcm(key, nonce).encrypt(new TextEncoder().encode(text))
  return bytesToBase64(new Uint8Array([...nonce, ...sealed]))
}

function open(key: Uint8Array, sealed: string): string {
  const bytes = base64ToBytes(sealed)
  return new TextDecoder().decode(gcm(key, bytes.subarray(0, 12)).decrypt(bytes.subarray(12)))
}
