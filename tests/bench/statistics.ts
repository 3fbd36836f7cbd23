const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b)

/** The value that `part` (0 to 1) of all values do not exceed. */
export function quantile(values: readonly number[], part: number): number {
  return ascending(values)[Math.max(0, Math.ceil(part * values.length) - 1)] ?? NaN
}

export function median(values: readonly number[]): number {
  const last = values.length - 1
  const sorted = ascending(values)
  return ((sorted[Math.floor(last / 2)] ?? NaN) + (sorted[Math.ceil(last / 2)] ?? NaN)) / 2
}
