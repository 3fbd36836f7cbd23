/** Milliseconds that the server may take to show that it is there. */
const PATIENCE = 3000

const GONE = 'A part of this version of Satchel is not on the server any more: there is a newer one. Reload the page. Your draft is kept.'
const AWAY = 'A part of Satchel that this needs could not be loaded: the server cannot be reached. When it can, reload the page. Your draft is kept.'

/** A part of the app that is loaded when it is needed did not come. The message is for the person. */
export class MissingPartError extends Error {
  override name = 'MissingPartError'
  /** The server is there, and does not have it: to ask again is of no use. */
  readonly gone: boolean

  constructor(gone: boolean) {
    super(gone ? GONE : AWAY)
    this.gone = gone
  }
}

/**
 * Loads a part of the app. Every `import()` of the app goes through here: what a browser says of a failed one is
 * nothing for a person.
 * @throws MissingPartError
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load()
  }
  catch (error) {
    console.warn('A part of the app did not load.', error)
    throw await missingPart()
  }
}

/** Why a part did not come: the server has a newer app, or is away. */
export async function missingPart(): Promise<MissingPartError> {
  return new MissingPartError(await isServerThere())
}

async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) })).ok
  }
  catch {
    return false
  }
}
