import { computed, nextTick, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import { findsHidden, isInUse, thoseBetween } from '../../utils/input/inSight.ts'

/** Pixels beyond what is seen: what is drawn there is there before it is scrolled to. */
const NEAR = 1000
/** From so far on it is given up again: who scrolls a little to and fro draws nothing anew. */
const FAR = 2500

interface Stretch {
  number: number
  /** It may be left out. */
  far: boolean
}

interface DrawnStretches<Some> {
  /** Scrolls. */
  box: Readonly<Ref<HTMLElement | null>>
  /** Holds the stretches, each an element with its number in `data-stretch`, and nothing else that scrolls with them but notes. */
  content: Readonly<Ref<HTMLElement | null>>
  stretches: () => readonly Some[]
  /** The numbers of those that are drawn wherever one looks. */
  kept: () => ReadonlySet<number | undefined>
  /** All of them, and not only for who looks: a print. */
  whole: () => boolean
}

/**
 * Which stretches of a long list are drawn: those near what is seen, those that are kept, and what a person has opened
 * or marked something in. Thousands of messages or sessions cost a browser time at every frame, and memory.
 */
export function useDrawnStretches<Some extends Stretch>({ box, content, stretches, kept, whole }: DrawnStretches<Some>) {
  const near = shallowRef<ReadonlySet<number>>(new Set())
  const all = computed(() => !findsHidden() || whole())

  const isDrawn = ({ number, far }: Some): boolean => !far || all.value || near.value.has(number) || kept().has(number)

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
    ])
    const left = sections.filter(section => before.has(numberOf(section)) && !now.has(numberOf(section)))
    left.filter(isInUse).forEach(section => now.add(numberOf(section))) // which looks through all that is in it
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
