import { computed, onScopeDispose, shallowRef, type WritableComputedRef } from 'vue'
import { CHOSEN, type DeviceChoice } from '../../utils/device/choices.ts'

/** What was chosen on this device, as it is now in all tabs, and to choose it. */
export function useDeviceChoice<Value extends string>(choice: DeviceChoice<Value>): WritableComputedRef<Value> {
  const chosen = shallowRef(choice.read())
  const update = () => { chosen.value = choice.read() }
  const events = [CHOSEN, 'storage']
  events.forEach(event => addEventListener(event, update))
  onScopeDispose(() => events.forEach(event => removeEventListener(event, update)))
  return computed({ get: () => chosen.value, set: choice.choose })
}
