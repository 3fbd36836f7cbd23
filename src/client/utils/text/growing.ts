/**
 * Makes the element's content what the HTML says by changing only what differs. While a text grows, what stands
 * already keeps its nodes, so that a person can select it.
 * @param html safe: it comes from the renderer
 */
export function growTo(element: Element, html: string): void {
  const template = document.createElement('template')
  template.innerHTML = html
  patchChildren(element, template.content)
}

function patchChildren(target: Node, source: Node) {
  const wanted = [...source.childNodes]
  wanted.forEach((node, i) => {
    const there = target.childNodes[i]
    if (!there)
      target.appendChild(node)
    else if (!patch(there, node))
      target.replaceChild(node, there)
  })
  while (target.childNodes.length > wanted.length)
    target.lastChild?.remove()
}

/** @returns false where the node must be another one */
function patch(there: Node, wanted: Node): boolean {
  if (there instanceof Text && wanted instanceof Text)
    return patchText(there, wanted.data)
  if (!(there instanceof Element) || !(wanted instanceof Element) || there.tagName !== wanted.tagName)
    return false
  if (isFormula(there) || isFormula(wanted)) // the same one is drawn already, or will be
    return there.getAttribute('data-formula') === wanted.getAttribute('data-formula')
  patchAttributes(there, wanted)
  if (!keepsItsContent(there, wanted))
    patchChildren(there, wanted)
  return true
}

/** A button may be saying what has become of the click, and code may have its colours. */
const keepsItsContent = (there: Element, wanted: Element): boolean =>
  there.tagName === 'BUTTON' || isColoured(there) && growOn(there, wanted.textContent)

const isColoured = (element: Element) => element.tagName === 'CODE' && element.childElementCount > 0

/** What follows is put behind its colours, which stay, and so does what is selected in it. @returns false where it is another text */
function growOn(code: Element, text: string): boolean {
  const before = code.textContent
  if (!text.startsWith(before))
    return false
  const more = text.slice(before.length)
  if (code.lastChild instanceof Text)
    code.lastChild.appendData(more)
  else if (more)
    code.append(more)
  return true
}

const isFormula = (element: Element) => element.hasAttribute('data-formula')

/** Whether it is a stop for Tab is not the text's to say. */
function patchAttributes(there: Element, wanted: Element) {
  for (const { name } of [...there.attributes]) {
    if (name !== 'tabindex' && !wanted.hasAttribute(name))
      there.removeAttribute(name)
  }
  for (const { name, value } of wanted.attributes) {
    if (there.getAttribute(name) !== value)
      there.setAttribute(name, value)
  }
}

/** Only what differs is replaced: a selection that begins or ends in what stands already stays. */
function patchText(there: Text, data: string) {
  let same = 0
  while (same < there.length && there.data[same] === data[same])
    same++
  if (same < there.length)
    there.replaceData(same, there.length - same, data.slice(same))
  else if (same < data.length)
    there.appendData(data.slice(same))
  return true
}
