import { followLock } from '../utils/storage/lock/lockStorage.ts'
import { orderDraftMedias as order } from '../utils/storage/ordering/orderStorage.ts'
import * as draftsFileTasks from './exchange/draftsFileTasks.ts'
import { attach, attachStored } from './media/attachTasks.ts'
import { setCaption } from './media/changes/captionTasks.ts'
import { change, openGiven, readGiven, reduce, weigh } from './media/changes/changeTasks.ts'
import * as evictionTasks from './media/evictionTasks.ts'
import * as intakeTasks from './media/intakeTasks.ts'
import * as mediaTasks from './media/mediaTasks.ts'
import * as readingTasks from './media/readingTasks.ts'
import * as removalTasks from './media/removalTasks.ts'
import * as preloading from './preloading.ts'

/** Everything that a page can ask its worker for. */
export const tasks = { attach, attachStored, followLock, order, setCaption, change, openGiven, readGiven, reduce, weigh, ...evictionTasks, ...intakeTasks, ...mediaTasks, ...preloading, ...readingTasks, ...removalTasks, ...draftsFileTasks }
