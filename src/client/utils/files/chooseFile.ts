/** In the browser's dialog, which opens only where a person has just done something. @returns undefined where they chose none */
export function chooseFile(): Promise<File | undefined> {
  const picker = document.createElement('input')
  picker.type = 'file'
  return new Promise((resolve) => {
    picker.addEventListener('change', () => resolve(picker.files?.[0]))
    picker.addEventListener('cancel', () => resolve(undefined))
    picker.click()
  })
}
