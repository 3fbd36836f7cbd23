/** A message is on the wire just now: a change would come too late, and what was discarded would be delivered all the same. */
export class BeingSentError extends Error {
  constructor() {
    super('This message is being sent just now, here or in another tab. It can be edited or discarded only if that fails.')
  }
}
