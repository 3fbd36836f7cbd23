/** What cannot be missing here unless the program itself is wrong. @throws then, with the name of what is missing */
export function required<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined)
    throw new Error(`${what} is missing`)
  return value
}
