/** Listeners for what goes by itself after a while: who points at it, or has the focus in it, is still thinking. */
export const heldEvents = (hold: () => void, resume: () => void) =>
  ({ pointerenter: hold, pointerleave: resume, focusin: hold, focusout: resume })
