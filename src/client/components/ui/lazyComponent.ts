import { defineAsyncComponent, type Component } from 'vue'
import { loadPage } from '../../composables/ui/pageLoading.ts'
import { loadPart } from '../../utils/network/loadPart.ts'

/** Milliseconds: what is over before shows nothing; how often a part is asked for again. */
const PATIENCE = 200
const RETRY = 3000

/**
 * A part of the app that the first load can do without.
 * @param loading stands in its place until it is there; nothing, where none is given
 */
export function lazyComponent<Part extends Component>(loader: () => Promise<{ default: Part }>, loading?: Component): Part {
  return defineAsyncComponent({
    loader: () => loading ? loadPage(loader) : loadPart(loader),
    ...loading && { loadingComponent: loading },
    delay: PATIENCE,
    onError: (_error, retry) => void setTimeout(retry, RETRY),
  }) as unknown as Part
}

/** Asks for them when there is nothing else to do: they are needed when the server is away, too. */
export function preload(loaders: readonly (() => Promise<unknown>)[]): void {
  for (const load of loaders)
    loadPart(load).catch((error: unknown) => console.warn('A part of the app could not be loaded yet; it will be when it is opened.', error))
}
