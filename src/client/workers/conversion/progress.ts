type Listener = (id: string, fraction: number | undefined) => void

const listeners = new Set<Listener>()

/** How far the conversion of an attachment is, from 0 to 1; undefined when it is over. @returns stops listening */
export function onProgress(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function reportProgress(id: string, fraction: number | undefined): void {
  for (const listener of listeners)
    listener(id, fraction)
}
