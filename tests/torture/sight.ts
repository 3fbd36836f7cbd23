import type { Page } from '@playwright/test'

/** What a person sees in one tab. */
export interface Sight {
  session: string
  text: string
  /** What the composer says of the draft as a whole; undefined where there is none. */
  note?: string
  /** The composer's files, in their order. */
  files: { name: string, safe: boolean }[]
  /** Two texts are in conflict, and a decision is asked for. */
  conflicting: boolean
  /** The person's messages in the history. */
  messages: { text: string, files: string[], state: 'accepted' | 'on its way' | 'refused' }[]
}

export const SAVED = 'Saved on this device'
export const SAVING = 'Being saved'

/** All of it at one moment. Undefined while the page shows no session. */
export function look(page: Page): Promise<Sight | undefined> {
  return page.evaluate(() => {
    const composer = document.querySelector('form[aria-label="New message"]')
    const session = /\/session\/([\w-]+)$/.exec(location.pathname)?.[1]
    if (!composer || !session)
      return undefined
    const named = (item: Element) => item.querySelector('button.preview')?.getAttribute('aria-label')?.replace('Preview ', '') ?? ''
    const listed = (scope: Element) => [...scope.querySelectorAll('ul[aria-label="Attachments"] > li')]
    const stateOf = (article: Element) => {
      if (article.querySelector('[role="alert"]'))
        return 'refused' as const
      return /Waiting|Sending/.test(article.querySelector('footer')?.textContent ?? '') ? 'on its way' as const : 'accepted' as const
    }
    return {
      session,
      text: composer.querySelector('textarea')!.value,
      note: composer.querySelector('[role="note"][aria-label="Draft"]')?.getAttribute('title') ?? undefined,
      files: listed(composer).map(item => ({
        name: named(item),
        safe: (item.textContent ?? '').includes('Saved on this device'), // also while it is being prepared
      })),
      conflicting: composer.textContent?.includes('Keep mine') ?? false,
      messages: [...document.querySelectorAll('[role="log"] article[aria-label="You"]')].map(article => ({
        text: article.querySelector('.text')?.textContent ?? '',
        files: listed(article).map(named),
        state: stateOf(article),
      })),
    }
  })
}
