import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { useSignIn } from '../../src/client/composables/account/useSignIn.ts'
import { useAccountStore } from '../../src/client/stores/account.ts'

const Page = { render: () => null }

test('whoever has to sign in before the page they asked for is known is led to that page afterwards', async () => {
  setActivePinia(createPinia())
  const account = useAccountStore()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: Page }, { path: '/sessions/:id', component: Page }, { path: '/sign-in', name: 'sign-in', component: Page }],
  })
  account.signInRequired = true // the server was faster

  const app = mount({ setup: () => useSignIn(() => {}), render: () => null }, { global: { plugins: [router] }, attachTo: document.body })
  void router.push('/sessions/plans')
  await expect.poll(() => router.currentRoute.value.fullPath).toBe('/sign-in?from=/sessions/plans')

  account.me = { tenant: 'a', user: 'ann', role: 'member' } as unknown as NonNullable<typeof account.me>
  account.signInRequired = false
  await flushPromises()
  await expect.poll(() => router.currentRoute.value.fullPath).toBe('/sessions/plans')
  app.unmount()
})
