/** A click on a footnote's mark, or on the way back: to the note, within the page. The address stays as it is. */
export function followFootnote(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#fn"]') : null
  const target = link && document.getElementById(link.getAttribute('href')?.slice(1) ?? '')
  if (!target)
    return
  event.preventDefault()
  target.scrollIntoView({ block: 'nearest' })
  target.tabIndex = -1
  target.focus({ preventScroll: true })
}
