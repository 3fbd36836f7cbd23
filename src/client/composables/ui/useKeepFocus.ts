import { onBeforeUpdate, onUpdated, type Ref } from 'vue'

/**
 * When the item of a list that holds the focus goes away, its neighbour takes the focus: the one
 * that comes into its place, else the last. With none left `lost` is called, and the owner decides.
 */
export function useKeepFocus(
  list: Readonly<Ref<HTMLElement | null>>,
  selector: string,
  lost: () => void,
) {
  let index = -1

  onBeforeUpdate(() => {
    const focused = document.activeElement
    index = list.value && focused ? [...list.value.children].findIndex(item => item.contains(focused)) : -1
  })

  onUpdated(() => {
    if (index < 0 || list.value?.contains(document.activeElement))
      return
    const items = [...list.value?.children ?? []]
    const neighbour = items[Math.min(index, items.length - 1)]?.querySelector<HTMLElement>(selector)
    if (neighbour)
      neighbour.focus()
    else
      lost()
  })
}
