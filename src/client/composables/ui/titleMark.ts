import { ref } from 'vue'

/** Stands first in the title of this tab: an answer came while the person looked elsewhere. */
export const titleMark = ref('')
