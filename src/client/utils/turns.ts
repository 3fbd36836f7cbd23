/** Runs what is asked for one key in the order it was asked for, one at a time; keys do not wait for each other. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>()

  return function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, turn)
    return turn
  }
}
