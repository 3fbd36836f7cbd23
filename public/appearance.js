// Theme and text size, before anything is painted. What may be chosen says src/client/utils/device/choices.ts.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const page = document.documentElement
  const notKept = {} // by a browser that keeps nothing
  const chosen = (key) => {
    try {
      return notKept[key] ?? localStorage.getItem(key)
    }
    catch {
      return notKept[key]
    }
  }
  const apply = () => {
    const theme = chosen('satchel-theme')
    const isDark = theme === 'dark' || theme !== 'light' && system.matches
    page.classList.toggle('sl-theme-dark', isDark)
    page.classList.toggle('sl-theme-light', !isDark)
    page.dataset.textSize = chosen('satchel-text-size')
  }
  system.addEventListener('change', apply)
  addEventListener('storage', apply) // another tab
  addEventListener('satchel-choice', ({ detail }) => {
    notKept[detail.key] = detail.notKept
    apply()
  })
  apply()
})()
