export type Theme = 'system' | 'light' | 'dark'

const KEY = 'satchel-theme'

/** As the person chose on this device. */
function chosenTheme(): Theme {
  try {
    const chosen = localStorage.getItem(KEY)
    return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
  }
  catch {
    return 'system' // a browser that keeps nothing
  }
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  }
  catch (error) {
    console.warn('The theme is not kept on this device.', error)
  }
  applyTheme(theme)
}

export function applyTheme(theme = chosenTheme()): void {
  const dark = theme === 'dark' || theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.classList.toggle('sl-theme-dark', dark)
}
