import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'
import { LIMITS } from '../../shared/attachments.ts'
import type { ClientFrame, ServerFrame } from '../../shared/protocol.ts'

export type ConnectionState = 'connecting' | 'open' | 'closed'

export interface WebSocketHandlers {
  onFrame: (frame: ServerFrame) => void
  /** @param tooLarge the server hung up because of the size of a frame: sending it again cannot help */
  onClose: (tooLarge: boolean) => void
}

/** Milliseconds: the first pause before reconnecting, and the longest. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000
/** Milliseconds without a word from the server after which it is asked, and after which it is given up. */
const ASK_AFTER = 10_000
const DEAD_AFTER = 20_000
const TOO_LARGE = 1009

/** A socket that is always there or coming back: it reconnects with growing pauses and notices a dead line. */
export function useWebSocket(url: string, { onFrame, onClose }: WebSocketHandlers) {
  const state = shallowRef<ConnectionState>('connecting')
  const retryAt = shallowRef<number>()
  /** The current line; none while it is given up or waited for. What an earlier one still says is not heard. */
  let socket: WebSocket | undefined
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let heard = 0
  let unsent = 0
  let binaryFrames = false

  function connect() {
    clearTimeout(timer)
    state.value = 'connecting'
    const opened = socket = new WebSocket(url)
    heard = Date.now()
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
      heard = Date.now()
      if (opened === socket)
        receive(JSON.parse(data) as ServerFrame)
    })
    opened.addEventListener('close', ({ code }) => {
      if (opened === socket)
        lost(code)
    })
  }

  function receive(frame: ServerFrame) {
    if (frame.type === 'hello') {
      failures = 0
      binaryFrames = frame.binary_frames
      retryAt.value = undefined
      state.value = 'open' // not before: until then a proxy may have answered
    }
    onFrame(frame)
  }

  function lost(code?: number) {
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++) * (0.75 + Math.random() / 2)
    state.value = 'closed'
    retryAt.value = Date.now() + pause
    timer = setTimeout(connect, pause)
    onClose(code === TOO_LARGE)
  }

  /** A half-open line looks healthy; only its silence tells. A long message still leaving is not silence. */
  function checkPulse() {
    if (!socket || state.value !== 'open')
      return
    const silence = Date.now() - heard
    const leaving = socket.bufferedAmount < unsent
    unsent = socket.bufferedAmount
    if (leaving || silence < ASK_AFTER)
      return
    if (silence < DEAD_AFTER)
      return void send({ type: 'ping' })
    hangUp() // its own close event may take minutes
    lost()
  }

  function hangUp() {
    const line = socket
    socket = undefined
    line?.close()
  }

  function retry() {
    if (state.value !== 'closed')
      return
    failures = 0
    connect()
  }

  /** Does nothing without a connection: what matters is sent again when there is one. */
  async function send(frame: ClientFrame | Blob): Promise<void> {
    if (state.value !== 'open')
      return
    if (!(frame instanceof Blob))
      return socket?.send(JSON.stringify(frame))
    const line = socket
    const data = binaryFrames && frame.size > LIMITS.binaryFrameBytes ? frame : await frame.text()
    if (line === socket && line?.readyState === WebSocket.OPEN)
      line.send(data)
  }

  const pulse = setInterval(checkPulse, 5000)
  const onVisible = () => document.visibilityState === 'visible' && retry()
  window.addEventListener('online', retry)
  document.addEventListener('visibilitychange', onVisible)
  onScopeDispose(() => {
    clearInterval(pulse)
    clearTimeout(timer)
    window.removeEventListener('online', retry)
    document.removeEventListener('visibilitychange', onVisible)
    hangUp()
  })

  connect()
  return { state: readonly(state) as Readonly<Ref<ConnectionState>>, retryAt: readonly(retryAt), send, retry }
}
