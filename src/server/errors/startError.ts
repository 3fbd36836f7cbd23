/** For whoever starts it again by itself: trying once more does not mend what is damaged. As `EX_DATAERR`. */
export const DAMAGED_EXIT = 65

/** The server cannot start. The message is a sentence for whoever started it. */
export class StartError extends Error {
  /** With what the process ends. */
  readonly exitCode: number

  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options)
    this.exitCode = exitCode
  }
}
