/** From Claude's documentation: one visual token for each started square of 28 pixels. */
const PATCH = 28

export const imageTokens = ({ width = 0, height = 0 }: { width?: number, height?: number }): number => Math.ceil(width / PATCH) * Math.ceil(height / PATCH)
