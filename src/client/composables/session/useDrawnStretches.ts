import { computed, nextTick, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { Stretch } from '../../stores/history/stretches.ts'
import { isInUse, thoseBetween } from '../../utils/input/inSight.ts'

/** Pixels beyond what is seen: what is drawn there is there before it is scrolled to. */
const NEAR = 1000
/** From so far on it is given up again: who scrolls a little to and fro draws nothing anew. */
const FAR = 2500

/** Finds words in what is not drawn, and tells which. Where a browser cannot, everything is drawn. */
const FINDS_HIDDEN = 'onbeforematch' in HTMLElement.prototype

interface DrawnStretches {
  /** Scrolls. */
  box: Readonly<Ref<HTMLElement | null>>
  /** Holds the stretches, each an element with its number in `data-stretch`, and nothing else that scrolls with them but notes. */
  content: Readonly<Ref<HTMLElement | null>>
  stretches: () => readonly Stretch[]
  /** The key of a message that is looked for. */
  wanted: () => string
  /** All of them, and not only for who looks: a print. */
  whole: () => boolean
}

/**
 * Which stretches of a conversation are drawn: those near what is seen, the newest, what is looked for, and what a
 * person has opened or marked something in. Thousands of messages cost a browser time at every frame, and memory.
 */
export function useDrawnStretches({ box, content, stretches, wanted, whole }: DrawnStretches) {
  const near = shallowRef<ReadonlySet<number>>(new Set())
  const sought = computed(() => wanted() === '' ? undefined : stretches().find(({ items }) => items.some(({ key }) => key === wanted()))?.number)
  const all = computed(() => !FINDS_HIDDEN || whole())

  const isDrawn = ({ number, far }: Stretch): boolean => !far || all.value || near.value.has(number) || number === sought.value

  /** Cheap where nothing changes: a few rectangles, whatever the number of messages. */
  function look(): void {
    if (!box.value || !content.value || all.value)
      return
    const view = box.value.getBoundingClientRect()
    const sections = [...content.value.children].filter(child => child instanceof HTMLElement && child.dataset.stretch) as HTMLElement[]
    const before = near.value
    const now = new Set([
      ...thoseBetween(sections, view.top - NEAR, view.bottom + NEAR).map(numberOf),
      ...thoseBetween(sections, view.top - FAR, view.bottom + FAR).map(numberOf).filter(number => before.has(number)),
      ...sections.filter(section => before.has(numberOf(section)) && isInUse(section)).map(numberOf),
    ])
    if (now.size !== before.size || [...now].some(number => !before.has(number)))
      near.value = now
  }

  /** Draws one in which something was found. */
  async function draw(number: number): Promise<void> {
    near.value = new Set([...near.value, number])
    await nextTick()
  }

  const observer = new ResizeObserver(look)
  onMounted(() => {
    for (const element of [box.value, content.value]) {
      if (element)
        observer.observe(element)
    }
  })
  onBeforeUnmount(() => observer.disconnect())
  watch([stretches, all], look, { flush: 'post' })

  return { isDrawn, look, draw }
}

const numberOf = (section: HTMLElement): number => Number(section.dataset.stretch)
