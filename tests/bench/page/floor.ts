// The floor: the browser's own work and nothing else. Files into IndexedDB, thumbnails, one frame into a socket.

declare global {
  /** Makes the bytes that are to be sent, and opens the line. */
  var stage: (path: string, bytes: number) => Promise<void>
}

const HEIGHT = 96
const WIDTH = Math.round(HEIGHT * 16 / 9)

const resultOf = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open('floor', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('files', { autoIncrement: true })
  return resultOf(opening)
}

/** All in one transaction, which costs one wait for the disk. */
async function save(files: readonly File[]) {
  const tx = (await database).transaction('files', 'readwrite', { durability: 'strict' })
  for (const file of files)
    tx.objectStore('files').put(file)
  await new Promise((resolve, reject) => {
    tx.oncomplete = resolve
    tx.onabort = () => reject(tx.error)
  })
}

async function draw(file: Blob) {
  const bitmap = await createImageBitmap(file, { resizeWidth: WIDTH, resizeHeight: HEIGHT })
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
  document.getElementById('thumbnails')!.append(canvas)
}

async function take(files: readonly File[]) {
  await Promise.all([save(files), ...files.map(draw)])
  await Promise.all([probe.show(files.length), probe.letSend(files.length)])
}

async function restore() {
  const files = await resultOf<Blob[]>((await database).transaction('files').objectStore('files').getAll())
  await Promise.all(files.map(draw))
  if (files.length)
    await Promise.all([probe.show(files.length), probe.letSend(files.length)])
}

globalThis.stage = async (path, bytes) => {
  const line = new WebSocket(new URL(path, location.href.replace('http', 'ws')))
  const parts = Array.from({ length: Math.ceil(bytes / 65536) }, (_, i) =>
    crypto.getRandomValues(new Uint8Array(Math.min(65536, bytes - i * 65536))))
  const frame = new Blob(parts)
  await new Promise(resolve => line.addEventListener('open', resolve))
  line.addEventListener('message', () => { probe.accepted = performance.now() })
  document.querySelector(`[data-path="${path}"]`)!.addEventListener('click', () => line.send(frame))
}

addEventListener('dragover', event => event.preventDefault())
addEventListener('drop', (event) => {
  event.preventDefault()
  void take([...event.dataTransfer!.files])
})

const database = open()
void restore()

export {}
