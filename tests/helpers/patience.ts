/**
 * Milliseconds that a test waits for what must happen: ten times what a busy machine takes for the slowest of it. A
 * wait ends when what it waits for is there; only where something is wrong does it last as long.
 */
export const PATIENCE_MS = 60_000
