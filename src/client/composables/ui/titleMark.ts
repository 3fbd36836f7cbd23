import { ref, shallowRef } from 'vue'

/** Stands first in the title of this tab: an answer came while the person looked elsewhere. */
export const titleMark = ref('')

/** Instead of all that pages call themselves; empty where they may be named. */
export const coveringTitle = shallowRef('')
