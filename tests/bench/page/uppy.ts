// Uppy as somebody would use it who wants what Satchel does: thumbnails, and files that survive the tab.

import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import GoldenRetriever from '@uppy/golden-retriever'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'

let saved = 0

// Golden Retriever tells nobody when a file is in the database: the database does.
const add = IDBObjectStore.prototype.add
IDBObjectStore.prototype.add = function (...args) {
  this.transaction.addEventListener('complete', () => {
    saved++
    void look()
  })
  return add.apply(this, args)
}

new Uppy()
  .use(Dashboard, { inline: true, target: 'main', width: 1200, height: 700 })
  .use(GoldenRetriever)

async function look() {
  const count = document.querySelectorAll('.uppy-Dashboard-Item').length
  const pictures = [...document.querySelectorAll<HTMLImageElement>('img.uppy-Dashboard-Item-previewImg')]
  if (count === 0 || pictures.length < count || saved < count || probe.drawn[count])
    return
  await Promise.all(pictures.map(picture => picture.decode()))
  await Promise.all([probe.show(count), probe.letSend(count)])
}

new MutationObserver(() => void look()).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] })
