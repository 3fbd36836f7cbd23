import { expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useStaysInPlace } from '../../src/client/composables/ui/menus/useStaysInPlace.ts'

test('what stands by a button is put there again whenever the window changes, as long as it is shown', async () => {
  const place = vi.fn()
  const isShown = ref(false)
  const page = effectScope()
  page.run(() => useStaysInPlace(place, () => isShown.value))
  const change = () => dispatchEvent(new Event('resize'))

  change()
  expect(place).not.toHaveBeenCalled()

  isShown.value = true
  await nextTick()
  change()
  change()
  expect(place).toHaveBeenCalledTimes(2)

  isShown.value = false
  await nextTick()
  change()
  expect(place).toHaveBeenCalledTimes(2)

  isShown.value = true
  await nextTick()
  page.stop()
  change()
  expect(place).toHaveBeenCalledTimes(2)
})
