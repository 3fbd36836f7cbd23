/** As much of a transaction as is needed to keep it open. */
interface Keepable {
  objectStoreNames: DOMStringList
  objectStore: (name: never) => { getKey: (key: never) => Promise<unknown> }
  abort: () => void
}

/** A key that nothing is stored under. */
const NOTHING = '\u0000'

export interface Turns {
  /** Waits for what is not the database's; the transaction can be used afterwards. */
  keep: <T>(work: Promise<T>) => Promise<T>
  /** Asks the database when all that was asked before has been, and when `prepared` is there, in the order of the calls. */
  inTurn: <T>(ask: () => Promise<T>, prepared?: Promise<unknown>) => Promise<T>
}

/**
 * A browser completes a transaction as soon as nothing is asked of it, and encryption takes its moment: meanwhile it is
 * asked for nothing, again and again. What waited goes on inside the answer to that, where the transaction is active.
 */
export function createTurns(tx: Keepable): Turns {
  const store = tx.objectStore(tx.objectStoreNames[0] as never)
  let tick: Promise<unknown> | undefined
  let placed: Promise<unknown> | undefined

  const nextTick = () => tick ??= store.getKey(NOTHING as never).finally(() => { tick = undefined })

  async function keep<T>(work: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => { isSettled = true }
    work.then(settle, settle)
    do
      await nextTick()
    while (!isSettled)
    return work
  }

  function inTurn<T>(ask: () => Promise<T>, prepared?: Promise<unknown>): Promise<T> {
    if (!placed && !prepared)
      return ask()
    // In an object: the turn is over when it was asked, not when it was answered.
    const turn = keep(Promise.all([placed, prepared])).then(() => ({ answer: ask() }))
    const mine: Promise<unknown> = turn.then(() => undefined, () => tx.abort()).catch(() => undefined).then(() => {
      if (placed === mine)
        placed = undefined
    })
    placed = mine
    return turn.then(({ answer }) => answer)
  }

  return { keep, inTurn }
}
