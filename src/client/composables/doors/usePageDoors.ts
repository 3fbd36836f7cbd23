import { useGiving, type Doors } from './useGiving.ts'
import { usePageDrops } from './usePageDrops.ts'
import { usePagePaste } from './usePagePaste.ts'

/**
 * Whatever is dropped or pasted anywhere in the app.
 * @param isOn whether it may be taken: nobody is asked to sign in
 * @returns what is held over the session just now
 */
export function usePageDoors(doors: Doors, isOn: () => boolean) {
  const { give } = useGiving(doors)
  usePagePaste(isOn, give)
  return usePageDrops({ isOn, give, open: doors.open })
}
