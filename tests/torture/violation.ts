/** A promise that the app broke. */
export class Violation extends Error {}

export function promise(kept: boolean, what: string): void {
  if (!kept)
    throw new Violation(what)
}
