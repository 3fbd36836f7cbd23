/** Replaces half characters, which UTF-8 cannot hold. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD')
