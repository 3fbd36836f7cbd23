import { onBeforeUpdate, onUpdated, type Ref } from 'vue'

/**
 * When the item of a list that holds the focus goes away, its neighbour takes the focus: the one
 * that comes into its place, else the last. With none left `lost` is called, and the owner decides.
 */
export function useKeepFocus(
  list: Readonly<Ref<HTMLElement | null>>,
  selector: string,
  lost: () => void,
  /** Where they are not the list's own children. */
  items = ':scope > *',
) {
  let index = -1
  const itemsOf = (box: HTMLElement | null) => [...box?.querySelectorAll(items) ?? []]

  onBeforeUpdate(() => {
    const focused = document.activeElement
    index = focused ? itemsOf(list.value).findIndex(item => item.contains(focused)) : -1
  })

  onUpdated(() => {
    if (index < 0 || list.value?.contains(document.activeElement))
      return
    const left = itemsOf(list.value)
    const neighbour = left[Math.min(index, left.length - 1)]?.querySelector<HTMLElement>(selector)
    if (neighbour)
      neighbour.focus()
    else
      lost()
  })
}
