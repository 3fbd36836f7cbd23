import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Me } from '../../shared/protocol/rest.ts'
import * as api from '../utils/network/api.ts'
import { wantedPage } from '../utils/network/wantedPage.ts'
import { beginAnewAs, leftScope, markLeft, rememberAccount, rememberedAccount } from '../utils/device/accountMemory.ts'
import { dropJournal } from '../utils/device/unloadJournal.ts'
import { scopeOf, setStorageScope, storageScope } from '../utils/device/storageScope.ts'
import { lockOtherTabs } from '../utils/locking/lockState.ts'
import { deleteDraftStorage } from '../utils/storage/draftDatabase.ts'

/** Who uses this browser, as far as the server or an earlier visit says. */
export const useAccountStore = defineStore('account', () => {
  /** As the server says; undefined until it did. */
  const me = shallowRef<Me>()
  /** The server wants to know who it is before it does anything. */
  const signInRequired = shallowRef(false)

  /** Looks, and changes nothing. */
  const isReader = computed(() => me.value?.role === 'reader')

  api.onUnauthorized(() => { signInRequired.value = true })

  /** Before anything is read from this device. */
  function start(): void {
    setStorageScope(scopeOf(rememberedAccount()))
    const left = leftScope()
    if (left)
      removeLeft(left).catch((error: unknown) => console.warn('The drafts of the account that signed out are not removed yet.', error))
    void check()
  }

  async function removeLeft(scope: string) {
    dropJournal(scope)
    await deleteDraftStorage(scope)
    markLeft(undefined)
  }

  /** Asks the server; without an answer everything goes on as it was. */
  async function check(): Promise<void> {
    const answer = await api.getMe().catch(() => undefined)
    if (!answer)
      return
    if (!isHere(answer.id))
      return moveTo(answer.id)
    me.value = answer
    signInRequired.value = false
  }

  /** Whether what this tab shows and sends belongs to this account. */
  const isHere = (id: string) => scopeOf(id) === storageScope()

  /** The page that the person wants; of an account that was here before none is asked for in the name of the next. */
  function wanted(): string {
    if (location.pathname !== '/sign-in')
      return location.pathname
    return rememberedAccount() === 'default' ? wantedPage(new URLSearchParams(location.search).get('from')) : '/'
  }

  /** Where this page was left for, by account: several answers of the server say who has signed in, and the first decides. */
  const leftFor = new Map<string, string>()

  /** Everything this tab holds is another account's: it begins anew. */
  function moveTo(id: string): void {
    const address = leftFor.get(id) ?? wanted()
    leftFor.set(id, address)
    rememberAccount(id)
    if (rememberedAccount() === id)
      return location.assign(address)
    beginAnewAs(id, address)
  }

  /** @throws ApiError, a sentence for the person */
  async function signIn(key: string): Promise<void> {
    const answer = await api.signIn(key)
    if (!isHere(answer.id)) // this tab holds what is another account's
      return moveTo(answer.id)
    me.value = answer
    signInRequired.value = false
  }

  /** @throws ApiError where the server cannot be reached: then nothing has changed */
  async function signOut(removeDrafts: boolean): Promise<void> {
    await api.signOut()
    lockOtherTabs()
    if (removeDrafts)
      markLeft(storageScope())
    rememberAccount(undefined)
    location.assign('/sign-in')
  }

  /** On all devices; drafts stay on each. @throws ApiError where the server cannot be reached: then nothing has changed */
  async function signOutEverywhere(): Promise<void> {
    await api.signOutEverywhere()
    lockOtherTabs()
    rememberAccount(undefined)
    location.assign('/sign-in')
  }

  return { me, isReader, signInRequired, signOutEverywhere, start, check, isHere, moveTo, signIn, signOut }
})
