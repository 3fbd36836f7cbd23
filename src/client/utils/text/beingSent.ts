/** Something is going on with a message just now: nothing was done with it, and it is as it was. */
export class BusyMessageError extends Error {}

/** A message is on the wire just now: a change would come too late, and what was discarded would be delivered all the same. */
export class BeingSentError extends BusyMessageError {
  constructor() {
    super('This message is being sent just now, here or in another tab. It can be edited or discarded only if that fails.')
  }
}

/** It is being edited or discarded, or is only just becoming a message. */
export class BeingChangedError extends BusyMessageError {
  constructor() {
    super('This message is being changed just now, here or in another tab. Look at what has become of it, and try again.')
  }
}
