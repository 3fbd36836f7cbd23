import { computed, inject, nextTick, onScopeDispose, provide, shallowReactive, watch, type InjectionKey, type Ref } from 'vue'
import { findsHidden, isMarked } from '../../../utils/input/inSight.ts'

/** The newest are always drawn: what grows is among them. */
const NEAR_END = 2
/** Beyond what is seen, above and below: what is drawn there is there before it is scrolled to. */
const NEAR = '2000px 0px'

const WHOLE: InjectionKey<() => boolean> = Symbol('all is drawn')

/** For all answers that are shown inside. @param whole all of them are to be drawn, and not only for who looks: a print */
export const provideWhole = (whole: () => boolean) => provide(WHOLE, whole)

/** What is always drawn: a way leads there from elsewhere in the answer. */
const isTarget = (group: readonly string[]) => group.some(block => / id="fn/.test(block))

/**
 * Which groups of an answer's blocks are drawn: the newest, those near what is seen, and those that a person has marked
 * or stands in. Hundreds of kilobytes cost a browser memory as long as they are drawn, and it has to look after them.
 * @param root holds an element for each group, in their order
 */
export function useDrawnGroups(root: Readonly<Ref<HTMLElement | null>>, groups: () => readonly (readonly string[])[]) {
  const whole = inject(WHOLE, () => false)
  const near = shallowReactive(new Set<number>())
  const marked = shallowReactive(new Set<number>())
  /** It has groups that are far, or will have: how high they are is learnt before. */
  const isLong = computed(() => groups().length >= NEAR_END)
  const targets = computed(() => isLong.value ? groups().map(isTarget) : [])
  let observer: IntersectionObserver | undefined

  const isFar = (index: number): boolean => index < groups().length - NEAR_END
  const isDrawn = (index: number): boolean =>
    !isFar(index) || !findsHidden() || whole() || near.has(index) || marked.has(index) || Boolean(targets.value[index])

  const elements = () => [...root.value?.children ?? []]

  function follow(entries: readonly IntersectionObserverEntry[]) {
    const all = elements()
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting)
        near.add(all.indexOf(target))
      else if (!target.matches(':focus-within'))
        near.delete(all.indexOf(target))
    }
  }

  /** Nothing is taken from under a selection or from where one begins, and what is copied has no holes. */
  function mark() {
    const beginning = getSelection()?.anchorNode ?? null
    elements().forEach((element, index) => element.contains(beginning) || isMarked(element) ? marked.add(index) : marked.delete(index))
  }

  watch([root, isLong, () => groups().length], () => {
    if (!isLong.value || !root.value)
      return
    if (!observer) {
      observer = new IntersectionObserver(follow, { root: root.value.closest('[role="log"]'), rootMargin: NEAR })
      document.addEventListener('selectionchange', mark)
    }
    elements().forEach(element => observer?.observe(element))
  }, { flush: 'post' })

  onScopeDispose(() => {
    observer?.disconnect()
    document.removeEventListener('selectionchange', mark)
  })

  /** One in which something was found, from where that is. */
  async function bring(index: number, block: number): Promise<void> {
    near.add(index)
    await nextTick()
    elements()[index]?.children[block]?.scrollIntoView({ block: 'center' })
  }

  return { isFar, isDrawn, isLong, bring }
}
