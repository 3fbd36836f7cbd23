import { applyTheme } from './utils/device/theme.ts'

/** Light or dark as the person chose, or else as the system says, and again whenever it changes its mind. */
export function followSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme())
  applyTheme()
}
