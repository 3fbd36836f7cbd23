/** Test files of the server that put something else in the place of a module (`vi.mock`): each has a process of its own, or it would stay replaced for those that come after it. */
export const REPLACE_MODULES = ['tests/server/no-second-names.test.ts']
