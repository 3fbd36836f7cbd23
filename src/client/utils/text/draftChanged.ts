/** The draft is not what the person sees here: another tab has changed it, or sent it. */
export class DraftChangedError extends Error {}
