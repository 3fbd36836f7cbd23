import * as draftsFileTasks from './draftsFileTasks.ts'
import * as mediaTasks from './mediaTasks.ts'
import * as removalTasks from './removalTasks.ts'

/** Everything that a page can ask its worker for. */
export const tasks = { ...mediaTasks, ...removalTasks, ...draftsFileTasks }
