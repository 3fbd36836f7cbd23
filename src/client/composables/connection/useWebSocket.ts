import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'
import { LIMITS } from '../../../shared/attachments.ts'
import type { ClientFrame, Hello, ServerFrame } from '../../../shared/protocol/frames.ts'
import { createHeartbeat } from '../../utils/network/heartbeat.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'

export type ConnectionState = 'connecting' | 'open' | 'closed'

export interface WebSocketHandlers {
  /** Whether the server takes this tab for who it is: if not, nothing is said on this connection. */
  isForUs?: (hello: Hello) => boolean
  onFrame: (frame: ServerFrame) => void
  /** @param tooLarge the server disconnected because of the size of a frame: sending it again cannot help */
  onClose: (tooLarge: boolean) => void
}

/** Milliseconds: the first pause before reconnecting, and the longest. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000
/** Milliseconds between two looks at whether the connection still lives. */
const LOOK = 1000
const TOO_LARGE = 1009

/** A socket that is always there or coming back: it reconnects with growing pauses and notices a dead connection. */
export function useWebSocket(url: string, { isForUs = () => true, onFrame, onClose }: WebSocketHandlers) {
  const state = shallowRef<ConnectionState>('connecting')
  const retryAt = shallowRef<number>()
  /** The current connection; none while it is given up or waited for. What an earlier one still says is not heard. */
  let socket: WebSocket | undefined
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let heartbeat = createHeartbeat()
  /** Aborted when the connection is lost. */
  let open: AbortController | undefined
  let binaryFrames = false

  function connect() {
    clearTimeout(timer)
    state.value = 'connecting'
    const opened = socket = new WebSocket(url)
    heartbeat = createHeartbeat()
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (opened !== socket)
        return
      heartbeat.heard()
      receive(JSON.parse(data) as ServerFrame)
    })
    opened.addEventListener('close', ({ code }) => {
      if (opened === socket)
        lost(code)
    })
  }

  function receive(frame: ServerFrame) {
    if (frame.type === 'hello' && !isForUs(frame))
      return disconnect()
    if (frame.type === 'hello') {
      failures = 0
      binaryFrames = frame.binary_frames
      retryAt.value = undefined
      open = new AbortController()
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
    open?.abort()
    open = undefined
  }

  function checkHeartbeat() {
    if (!socket || state.value === 'closed')
      return
    const found = heartbeat.check(state.value === 'open', socket.bufferedAmount)
    if (found === 'ask')
      return inBackground(send({ type: 'ping' }), 'The server was not asked whether it is there.')
    if (found === 'alive')
      return
    disconnect() // its own close event may take minutes
    lost()
  }

  function disconnect() {
    const connection = socket
    socket = undefined
    connection?.close()
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
    const connection = socket
    const data = binaryFrames && frame.size > LIMITS.binaryFrameBytes ? frame : await frame.text()
    if (connection === socket && connection?.readyState === WebSocket.OPEN)
      connection.send(data)
  }

  const looking = setInterval(checkHeartbeat, LOOK)
  const onVisible = () => document.visibilityState === 'visible' && retry()
  window.addEventListener('online', retry)
  document.addEventListener('visibilitychange', onVisible)
  onScopeDispose(() => {
    clearInterval(looking)
    clearTimeout(timer)
    window.removeEventListener('online', retry)
    document.removeEventListener('visibilitychange', onVisible)
    disconnect()
    open?.abort()
  })

  connect()
  return {
    state: readonly(state) as Readonly<Ref<ConnectionState>>,
    retryAt: readonly(retryAt),
    send,
    retry,
    /** The connection there is now: aborted when it is lost. Undefined while there is none. */
    signal: () => open?.signal,
  }
}
