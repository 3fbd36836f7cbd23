/** 0 past the end. */
export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0
