import { lazyComponent } from './lazyComponent.ts'

export const loadRefusals = () => import('./ManyRefusals.vue')

/** Many at once are rare. */
export const ManyRefusals = lazyComponent(loadRefusals)
