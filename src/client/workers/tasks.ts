import * as draftsFileTasks from './draftsFileTasks.ts'
import * as mediaTasks from './mediaTasks.ts'

/** Everything that a page can ask its worker for. */
export const tasks = { ...mediaTasks, ...draftsFileTasks }
