import { createRouter, createWebHistory } from 'vue-router'

/** A session has its own address, so that a restored tab returns to it; so have the other pages. `App.vue` draws them. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: {} },
    { path: '/session/:id([\\w-]{1,64})', name: 'session', component: {} },
    { path: '/sign-in', name: 'sign-in', component: {} },
    { path: '/drafts', name: 'drafts', component: {} },
    { path: '/settings', name: 'settings', component: {} },
    { path: '/:rest(.*)*', name: 'nothing', component: {} },
  ],
})
