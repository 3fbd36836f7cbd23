import { inject, onScopeDispose, watch } from 'vue'
import { routerKey, type Router } from 'vue-router'
import { uuid } from '../../../shared/uuid.ts'

/** Where a history's entry says which layer it stands for. */
const MARK = 'layer'

/** Where people leave what is in front of them with Back. */
const PHONE = '(max-width: 799px), (pointer: coarse)'

/** By mark: what is open, and whether it still is. */
const layers = new Map<string, () => boolean>()

/** The way back from an entry that stands for nothing is asked for, and not gone yet. */
let goingBack = false

const markOf = (state: unknown): string | undefined => (state as Record<string, string | undefined> | null)?.[MARK] ?? undefined

/**
 * On a phone Back closes what lies over the page, and stays on the page. Closed in another way, it leaves
 * no entry behind; a link in it leads on in its place.
 * @param close as Escape would
 */
export function useBackToClose(isOpen: () => boolean, close: () => void): void {
  const router = inject(routerKey, undefined)
  if (!router)
    return
  const phone = matchMedia(PHONE)
  let mark: string | undefined

  watch(isOpen, (open) => {
    if (open && !mark && phone.matches) {
      mark = uuid()
      layers.set(mark, isOpen)
      void enter(router, mark)
    }
    else if (!open) {
      leave()
    }
  }, { immediate: true })

  function leave() {
    if (!mark)
      return
    layers.delete(mark)
    mark = undefined
    setTimeout(skipEmptyEntry) // after what the same click has led to
  }

  function onPopstate({ state }: PopStateEvent) {
    if (!mark || isAtOrAbove(markOf(state), mark))
      return
    layers.delete(mark)
    mark = undefined
    close()
  }

  window.addEventListener('popstate', onPopstate)
  onScopeDispose(() => {
    window.removeEventListener('popstate', onPopstate)
    leave()
  })
}

/** Layers that were opened later have their entries above. */
function isAtOrAbove(top: string | undefined, mark: string) {
  const marks = [...layers.keys()]
  return top !== undefined && marks.indexOf(top) >= marks.indexOf(mark)
}

/** In the place of an entry whose layer has just been closed, or on top. */
async function enter(router: Router, mark: string) {
  if (goingBack)
    await new Promise(resolve => window.addEventListener('popstate', resolve, { once: true }))
  if (!layers.has(mark))
    return
  const current = markOf(history.state)
  const replace = current !== undefined && !layers.has(current)
  await router.push({ path: router.currentRoute.value.fullPath, force: true, replace, state: { [MARK]: mark } })
}

/** For the whole app: nobody comes to an entry whose layer is closed, by Forward or a reload, and no link adds one on top. */
export function skipClosedLayers(router: Router): void {
  router.beforeEach((to, from) => {
    const mark = markOf(history.state)
    const replaced = to.redirectedFrom?.fullPath === to.fullPath
    const isStart = from.matched.length === 0
    if (mark && !isStart && !replaced && to.fullPath !== from.fullPath && layers.get(mark)?.() !== true)
      return { path: to.fullPath, replace: true, state: { [MARK]: null } }
  })
  window.addEventListener('popstate', () => {
    goingBack = false
    skipEmptyEntry()
  })
  void router.isReady().then(skipEmptyEntry)
}

function skipEmptyEntry() {
  const mark = markOf(history.state)
  if (goingBack || !mark || layers.has(mark))
    return
  goingBack = true
  history.back()
}
