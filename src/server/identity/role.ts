/** What somebody may do in their tenant: everything, or only look. */
export type Role = 'member' | 'reader'

export const isRole = (text: string): text is Role => text === 'member' || text === 'reader'
