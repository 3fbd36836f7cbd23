// Runs in every measured page before anything else: it notes when things happened, in the page's own clock.

export interface Probe {
  /** Milliseconds since the page's navigation began, as are all moments here. */
  given?: number
  clicked?: number
  accepted?: number
  /** When that many thumbnails were on the screen and called safe. */
  drawn: Record<number, number>
  /** Bytes of the last frame that left as a Blob. */
  frameBytes?: number
  /** From each key to the frame that shows it, in milliseconds. */
  keystrokes: number[]
  /** To be called when `count` thumbnails are drawn and safe; resolves with the frame that shows them. */
  show: (count: number) => Promise<void>
  nextFrame: () => Promise<number>
  watchGaps: () => void
  /** The longest time in which nothing else had its turn on the page's thread, between two moments. */
  longestGap: (from: number, to: number) => number
}

declare global {
  var probe: Probe
}

const drawn: Record<number, number> = {}
const gaps: { from: number, to: number }[] = []

globalThis.probe = {
  drawn,
  keystrokes: [],
  nextFrame,
  watchGaps,
  async show(count) {
    drawn[count] ??= await nextFrame()
  },
  longestGap: (from, to) => Math.max(0, ...gaps.filter(gap => gap.to >= from && gap.from <= to).map(gap => gap.to - gap.from)),
}

/** When the browser has drawn: messages come after the frame that is asked for. */
function nextFrame(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve(performance.now())
      port2.postMessage(null)
    })
  })
}

/** A chain of timers, which browsers hold 4 ms apart: what takes longer is the thread being busy. */
function watchGaps() {
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    if (now - last > 6)
      gaps.push({ from: last, to: now })
    last = now
    setTimeout(tick)
  }
  tick()
}

const note = (moment: 'given' | 'clicked') => (event: Event) => { globalThis.probe[moment] = event.timeStamp }
addEventListener('drop', note('given'), { capture: true })
addEventListener('click', note('clicked'), { capture: true })

addEventListener('keydown', async ({ timeStamp }) => {
  globalThis.probe.keystrokes.push(await nextFrame() - timeStamp)
}, { capture: true })

/** The app's thumbnails, as a person sees them: none being prepared, each with its picture. */
async function look() {
  const items = [...document.querySelectorAll('form ul[aria-label="Attachments"] li')]
  const pictures = [...document.querySelectorAll<HTMLImageElement>('form ul[aria-label="Attachments"] li:not([aria-busy]) img')]
  if (items.length === 0 || pictures.length < items.length || drawn[items.length])
    return
  await Promise.all(pictures.map(picture => picture.decode()))
  await globalThis.probe.show(pictures.length)
}

new MutationObserver(() => void look()).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ['aria-busy', 'src'],
})

globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    this.addEventListener('message', ({ data }) => {
      if (String(data).startsWith('{"type":"message_accepted"'))
        globalThis.probe.accepted = performance.now()
    })
  }

  override send(data: Parameters<WebSocket['send']>[0]) {
    if (data instanceof Blob)
      globalThis.probe.frameBytes = data.size
    super.send(data)
  }
}
