/** Where something would fall. */
export interface DropPlace {
  /** The session whose link it is over. */
  sessionId?: string
  /** What shows that it would be taken; undefined where the whole session does. */
  element?: Element
}

/** A link of the app to a session leads to it; beside the session the whole list says that it listens. */
export function placeOf(target: Element | undefined): DropPlace {
  const link = target?.closest<HTMLAnchorElement>('a[href]')
  const sessionId = link && sessionOf(link)
  if (link && sessionId)
    return { sessionId, element: link }
  return { element: target?.closest('nav') ?? undefined }
}

function sessionOf({ href }: HTMLAnchorElement): string | undefined {
  const { origin, pathname } = new URL(href)
  return origin === location.origin ? /^\/session\/([\w-]{1,64})$/.exec(pathname)?.[1] : undefined
}
