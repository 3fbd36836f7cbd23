/** Light or dark as the system says, and again whenever it changes its mind. */
export function followSystemTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => document.documentElement.classList.toggle('sl-theme-dark', dark.matches)
  dark.addEventListener('change', apply)
  apply()
}
