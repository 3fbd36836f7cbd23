// Runs in every measured page before anything else: it notes when things happened, in the page's own clock.

export interface Probe {
  /** Milliseconds since the page's navigation began, as are all moments here. */
  given?: number
  clicked?: number
  accepted?: number
  /** When that many thumbnails were on the screen and called safe. */
  drawn: Record<number, number>
  /** When they could be sent. */
  ready: Record<number, number>
  /** Bytes of the last frame that left as a Blob. */
  frameBytes?: number
  /** From each key to the frame that shows it, in milliseconds. */
  keystrokes: number[]
  /** To be called when `count` thumbnails are drawn and safe; resolves with the frame that shows them. */
  show: (count: number) => Promise<void>
  /** The same, when the message can be sent. */
  letSend: (count: number) => Promise<void>
  nextFrame: () => Promise<number>
  watchGaps: () => void
  /** The longest time in which nothing else had its turn on the page's thread, between two moments. */
  longestGap: (from: number, to: number) => number
  /** The longest frame between two moments of those that took more than 50 ms, or 0. */
  longestFrame: (from: number, to: number) => number
  /** Characters that answers have grown by. */
  received: number
}

declare global {
  var probe: Probe
}

const drawn: Record<number, number> = {}
const frames: PerformanceEntry[] = []
new PerformanceObserver(list => frames.push(...list.getEntries())).observe({ type: 'long-animation-frame', buffered: true })
const ready: Record<number, number> = {}
const gaps: { from: number, to: number }[] = []

globalThis.probe = {
  drawn,
  ready,
  keystrokes: [],
  received: 0,
  nextFrame,
  longestFrame: (from, to) => Math.max(0, ...frames.filter(({ startTime, duration }) => startTime + duration > from && startTime < to).map(({ duration }) => duration)),
  watchGaps,
  async show(count) {
    drawn[count] ??= await nextFrame()
  },
  async letSend(count) {
    ready[count] ??= await nextFrame()
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

/** The app's thumbnails, as a person sees them: each with its picture, and said to be safe. */
async function look() {
  const items = [...document.querySelectorAll('form ul[aria-label="Attachments"] li')]
  const pictures = items.flatMap(item => isSafe(item) ? item.querySelector('img') ?? [] : [])
  const count = items.length
  if (count === 0 || pictures.length < count)
    return
  if (!ready[count] && items.every(item => !item.ariaBusy) && document.querySelector('form button[aria-label="Send"]:enabled'))
    void globalThis.probe.letSend(count)
  if (drawn[count])
    return
  await Promise.all(pictures.map(picture => picture.decode()))
  await globalThis.probe.show(count)
}

const isSafe = (item: Element) => item.querySelector('[hidden]')?.textContent.includes('Saved on this device')

/** Looking through the page costs the more the longer a conversation is: what happens in it alone is not looked at. */
const isInConversation = ({ target }: MutationRecord) => (target instanceof Element ? target : target.parentElement)?.closest('[role="log"]')

new MutationObserver((changes) => {
  if (!changes.every(isInConversation))
    void look()
}).observe(document, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-busy', 'src', 'disabled'],
})

globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    this.addEventListener('message', ({ data }) => {
      if (String(data).startsWith('{"type":"text_delta"'))
        globalThis.probe.received += (JSON.parse(String(data)) as { delta: string }).delta.length
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
