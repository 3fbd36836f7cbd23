/** What the device must hold, as plain lists: written without a look at how it is done. */
export interface DraftModel {
  drafts: Record<string, ModelDraft>
  /** In the order in which they were sent. */
  outbox: ModelMessage[]
  /** What can be put back, the newest last. */
  removed: { session: string, media: string, before: string[] }[]
  discarded: ModelMessage[]
  forgotten: { session: string, draft: ModelDraft }[]
  /** By tab and session: what that tab shows. */
  views: Record<string, ModelView>
  /** So far. */
  sent: number
  attached: number
  revisions: number
}

export interface ModelDraft {
  text: string
  medias: string[]
  /** By tab: texts that wait for a decision. */
  conflicting: Record<string, string>
  /** Another one after each change of the text. 0: there never was a text. */
  revision: number
}

export interface ModelMessage {
  id: string
  session: string
  text: string
  medias: string[]
  /** How many were sent before it. */
  place: number
  problem?: string
}

/** What a tab knows of a draft. */
export interface ModelView {
  text: string
  medias: string[]
  base: number
}

export const SESSIONS = ['session one', 'session two'] as const
export const TABS = ['tab one', 'tab two'] as const
export type ModelTab = typeof TABS[number]

export const emptyModel = (): DraftModel => ({
  drafts: Object.fromEntries(SESSIONS.map(session => [session, { text: '', medias: [], conflicting: {}, revision: 0 }])),
  outbox: [],
  removed: [],
  discarded: [],
  forgotten: [],
  views: Object.fromEntries(SESSIONS.flatMap(session => TABS.map(tab => [`${tab} ${session}`, { text: '', medias: [], base: 0 }]))),
  sent: 0,
  attached: 0,
  revisions: 0,
})

export const viewOf = (model: DraftModel, tab: ModelTab, session: string): ModelView => model.views[`${tab} ${session}`]!

/** The tab shows what the device holds. Its own text stays where that conflicts. */
export function look(model: DraftModel, tab: ModelTab, session: string): void {
  const draft = model.drafts[session]!
  const view = viewOf(model, tab, session)
  view.medias = [...draft.medias]
  if (tab in draft.conflicting)
    return
  view.text = draft.text
  view.base = draft.revision
}

export function revise(model: DraftModel, draft: ModelDraft): void {
  draft.revision = ++model.revisions
}

/** One text before another, each on its own line. */
export const joined = (first: string, second: string): string => [first, second].filter(Boolean).join('\n')

/** Puts an id behind the last of those that stood before it. */
export function place(medias: string[], id: string, before: readonly string[]): void {
  const behind = Math.max(-1, ...before.map(other => medias.indexOf(other)))
  medias.splice(behind + 1, 0, id)
}
