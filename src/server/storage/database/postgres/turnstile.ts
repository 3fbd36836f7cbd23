/** Lets work run side by side, but for some that runs alone: nobody overtakes, so that everybody's turn comes. */
export function createTurnstile() {
  const waiting: { isAlone: boolean, enter: () => void }[] = []
  let running = 0
  let isTaken = false

  function admit() {
    for (let next = waiting[0]; next && !isTaken && (!next.isAlone || running === 0); next = waiting[0]) {
      waiting.shift()
      running++
      isTaken = next.isAlone
      next.enter()
    }
  }

  return async function pass<Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((enter) => {
      waiting.push({ isAlone, enter })
      admit()
    })
    try {
      return await work()
    }
    finally {
      running--
      if (isAlone)
        isTaken = false
      admit()
    }
  }
}
