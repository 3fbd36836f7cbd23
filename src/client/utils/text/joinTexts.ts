/** Two texts as one, the first one first; an empty one leaves no line behind. */
export const joinTexts = (first: string | undefined, second: string | undefined): string => [first, second].filter(Boolean).join('\n')
