/** The server knows a message by its id: one that could not be taken out of the outbox is sent again, and is one message. */
export function logUnstored(error: unknown): void {
  console.warn('The outbox on this device could not be changed.', error)
}

export const UNREAD = 'What this tab holds of a message that has left may not be up to date.'
