/** Milliseconds after which a frame is not waited for any more: a tab that is hidden meanwhile draws none. */
const LONGEST = 100

/** Resolves when what is shown now is on the screen, pictures too, which come a frame later; soon where nothing is drawn. */
export function onceDrawn(): Promise<void> {
  if (document.hidden)
    return Promise.resolve()
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST)
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))
  })
}
