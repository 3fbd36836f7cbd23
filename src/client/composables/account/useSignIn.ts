import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useAccountStore } from '../../stores/account.ts'
import { wantedPage } from '../../utils/network/wantedPage.ts'

/** Leads to the page where one signs in as soon as the server asks for it, and back. What the tab holds stays. */
export function useSignIn(goOn: () => void) {
  const account = useAccountStore()
  const route = useRoute()
  const router = useRouter()

  watch(() => account.signInRequired, async () => {
    await router.isReady() // before that the page would be called `/`
    if (account.signInRequired && route.name !== 'sign-in')
      void router.push({ name: 'sign-in', query: { from: route.fullPath } })
  }, { immediate: true })

  const cameFrom = () => wantedPage(route.query.from)

  // Here, or in another tab of this browser.
  watch([() => account.me, () => account.signInRequired, () => route.name], ([me, required, name]) => {
    if (!me || required || name !== 'sign-in')
      return
    void router.replace(cameFrom())
    goOn()
  })

  return { signIn: account.signIn }
}
