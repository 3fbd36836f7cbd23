import * as draftsFileTasks from './exchange/draftsFileTasks.ts'
import { attach, attachStored } from './media/attachTasks.ts'
import * as evictionTasks from './media/evictionTasks.ts'
import * as mediaTasks from './media/mediaTasks.ts'
import * as readingTasks from './media/readingTasks.ts'
import * as removalTasks from './media/removalTasks.ts'
import * as preloading from './preloading.ts'

/** Everything that a page can ask its worker for. */
export const tasks = { attach, attachStored, ...evictionTasks, ...mediaTasks, ...preloading, ...readingTasks, ...removalTasks, ...draftsFileTasks }
