import { watch } from 'vue'

/** What stands by something stays there where a telephone is turned, or a window becomes narrower. @param place puts it there again @param isShown whether there is anything to put */
export function useStaysInPlace(place: () => void, isShown: () => boolean): void {
  watch(isShown, (shown, _, onCleanup) => {
    if (!shown)
      return
    addEventListener('resize', place)
    onCleanup(() => removeEventListener('resize', place))
  }, { immediate: true })
}
