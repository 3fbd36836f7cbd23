import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import LockPage from '../../src/client/components/account/LockPage.vue'
import SignInPage from '../../src/client/components/account/SignInPage.vue'

enableAutoUnmount(afterEach)
beforeEach(() => setActivePinia(createPinia()))

test('a key of nothing but blanks is asked for again, and no server is bothered with it', async () => {
  const signIn = vi.fn(async () => {})
  const page = mount(SignInPage, { props: { signIn } })

  await page.get('input').setValue('   ')
  await page.get('form').trigger('submit')

  expect(page.get('[role="alert"]').text()).toBe('Enter your key first.')
  expect(signIn).not.toHaveBeenCalled()
})

test('a passphrase may be what it likes, also blanks, and a wrong one is told and stays where it is', async () => {
  const unlock = vi.fn(async () => { throw new Error('That is not the passphrase.') })
  const page = mount(LockPage, { props: { unlock, remove: async () => {} } })

  await page.get('form').trigger('submit')
  expect(page.get('[role="alert"]').text()).toBe('Enter your passphrase first.')
  await page.get('input').setValue('        ')
  await page.get('form').trigger('submit')
  await flushPromises()

  expect(unlock).toHaveBeenCalledWith('        ')
  expect(page.get('[role="alert"]').text()).toBe('That is not the passphrase.')
  expect(page.get('input').element.value).toBe('        ')
})
