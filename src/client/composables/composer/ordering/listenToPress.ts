/** An item that was taken, and where. */
export interface Press { item: HTMLElement, from: { x: number, y: number } }

export interface Lifted {
  moved: (point: { x: number, y: number }) => void
  /** Let go, or given up. */
  ended: (isKept: boolean) => void
}

/** Milliseconds that a finger rests before it takes something; pixels that it may tremble, and that a mouse moves before it does. */
const REST = 400
const SLACK = 6

/**
 * Tells of each item of a list that is taken, and then of where the pointer goes.
 * @param lift undefined where it cannot be taken
 * @returns stops listening
 */
export function listenToPress(list: HTMLElement, lift: (press: Press) => Lifted | undefined): () => void {
  let press: Press | undefined
  let lifted: Lifted | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = new AbortController()

  function onDown(event: PointerEvent) {
    const target = event.target instanceof Element ? event.target : null
    const item = target?.closest<HTMLElement>('li')
    if (event.button !== 0 || !event.isPrimary || !item || target?.closest('button:not(.preview)') || lifted)
      return
    press = { item, from: { x: event.clientX, y: event.clientY } }
    over = new AbortController()
    const { signal } = over
    addEventListener('pointermove', onMove, { signal })
    addEventListener('pointerup', () => finish(true), { signal })
    addEventListener('pointercancel', () => finish(false), { signal })
    addEventListener('keydown', onKeydown, { signal, capture: true })
    if (event.pointerType === 'touch')
      timer = setTimeout(begin, REST)
  }

  function begin() {
    lifted = press && lift(press)
    if (lifted)
      addEventListener('click', swallow, { capture: true, once: true })
  }

  function onMove({ clientX: x, clientY: y, pointerType }: PointerEvent) {
    if (!lifted && press && Math.hypot(x - press.from.x, y - press.from.y) > SLACK) {
      if (pointerType === 'touch')
        return finish(false) // it scrolls
      begin()
    }
    lifted?.moved({ x, y })
  }

  function onKeydown(event: KeyboardEvent) {
    if (event.key !== 'Escape' || !lifted)
      return
    event.preventDefault()
    event.stopPropagation() // it stops the agent elsewhere
    finish(false)
  }

  function finish(isKept: boolean) {
    clearTimeout(timer)
    over.abort()
    press = undefined
    const ending = lifted
    lifted = undefined
    ending?.ended(isKept)
    setTimeout(() => removeEventListener('click', swallow, { capture: true })) // where none came
  }

  const keepStill = (event: Event) => lifted && event.preventDefault()
  const keepMenu = (event: Event) => (lifted || timer !== undefined && press) && event.preventDefault()

  list.addEventListener('pointerdown', onDown)
  list.addEventListener('touchmove', keepStill, { passive: false })
  list.addEventListener('contextmenu', keepMenu)
  return () => {
    finish(false)
    list.removeEventListener('pointerdown', onDown)
    list.removeEventListener('touchmove', keepStill)
    list.removeEventListener('contextmenu', keepMenu)
  }
}

/** What ends a move opens nothing. */
function swallow(event: Event) {
  event.preventDefault()
  event.stopPropagation()
}
