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
  if (!(there instanceof Element) || !(wanted instanceof Element) || there.tagName !== wanted.tagName || !haveSameAttributes(there, wanted))
    return false
  if (!there.hasAttribute('data-formula')) // the same formula is drawn already
    patchChildren(there, wanted)
  return true
}

/** More at the end leaves a selection as it is; any other change would end it. */
function patchText(there: Text, data: string) {
  if (data.startsWith(there.data))
    there.appendData(data.slice(there.data.length))
  else
    there.data = data
  return true
}

/** A formula is the same whether it is drawn yet or not. */
function haveSameAttributes(one: Element, other: Element) {
  if (one.hasAttribute('data-formula'))
    return one.getAttribute('data-formula') === other.getAttribute('data-formula')
  return one.attributes.length === other.attributes.length
    && [...one.attributes].every(({ name, value }) => other.getAttribute(name) === value)
}
