import { shallowRef } from 'vue'
import { loadPart, MissingPartError } from '../../utils/network/loadPart.ts'

/** Why a page does not come, where waiting is of no use. */
export const pageFailure = shallowRef<string>()

/** @throws MissingPartError, which the page that is still loading then tells of */
export async function loadPage<Page>(load: () => Promise<Page>): Promise<Page> {
  try {
    const page = await loadPart(load)
    pageFailure.value = undefined
    return page
  }
  catch (error) {
    pageFailure.value = error instanceof MissingPartError && error.gone ? error.message : undefined
    throw error
  }
}
