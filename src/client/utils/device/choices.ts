/** Something that a person chooses for this device, in all of its tabs. */
export interface DeviceChoice<Value extends string = string> {
  read: () => Value
  choose: (value: Value) => void
}

/** An event of the window, in the tab in which something is chosen; others hear `storage`. */
export const CHOSEN = 'satchel-choice'

/** @param key in localStorage. @param values the first one where nothing was chosen */
function deviceChoice<Value extends string>(key: string, values: readonly [Value, ...Value[]]): DeviceChoice<Value> {
  let notKept: Value | undefined // where the browser keeps nothing, as long as the tab is there

  function stored(): string | null {
    try {
      return localStorage.getItem(key)
    }
    catch {
      return null
    }
  }

  return {
    read() {
      const chosen = notKept ?? stored()
      return values.find(value => value === chosen) ?? values[0]
    },

    choose(value) {
      notKept = undefined
      try {
        localStorage.setItem(key, value)
      }
      catch (error) {
        console.warn('What was chosen is not kept on this device.', error)
        notKept = value
      }
      dispatchEvent(new CustomEvent(CHOSEN, { detail: { key, notKept } }))
    },
  }
}

// `public/appearance.js` applies these two, before the page is painted.
export const THEME = deviceChoice('satchel-theme', ['system', 'light', 'dark'])
export const TEXT_SIZE = deviceChoice('satchel-text-size', ['normal', 'small', 'large', 'larger'])

/** What Enter does in a message where there is a keyboard: it sends it, or breaks the line. */
export const ENTER = deviceChoice('satchel-enter', ['sends', 'breaks'])
