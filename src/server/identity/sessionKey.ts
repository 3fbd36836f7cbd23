/** Clients choose the ids of their sessions, so an id names one only together with its tenant. */
export interface SessionKey {
  tenant: string
  id: string
}

/** As one string, for maps; tenants and ids hold no slash. */
export const keyText = ({ tenant, id }: SessionKey): string => `${tenant}/${id}`
