/** Lets work go on that nobody waits for. What goes wrong in it is logged, and ends nothing else. */
export function inBackground(work: Promise<unknown>, told: string): void {
  work.catch((error: unknown) => console.warn(told, error))
}
