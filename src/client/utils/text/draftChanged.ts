/** The draft is not what the person sees here: another tab has changed it, or sent it. */
export class DraftChangedError extends Error {}

/** The browser has removed the draft from the device: what this tab still had of it is saved again. */
export class DraftLostError extends Error {}
