type Sides = Record<string, () => Promise<Record<string, number>>>

/** What each run measured, by side and by name. */
export type Samples<S extends Sides> = { [Side in keyof S]: Record<keyof Awaited<ReturnType<S[Side]>>, number[]> }

/**
 * Measures the sides in turn, so that whatever else the machine does hits all of them; in each run another one begins.
 * The first run warms up and is not counted.
 */
export async function alternate<S extends Sides>(runs: number, sides: S): Promise<Samples<S>> {
  const names = Object.keys(sides)
  const samples: Record<string, Record<string, number[]>> = Object.fromEntries(names.map(name => [name, {}]))
  for (let run = 0; run <= runs; run++) {
    const order = [...names.slice(run % names.length), ...names.slice(0, run % names.length)]
    for (const name of order) {
      const measured = await sides[name]!()
      if (run > 0)
        Object.entries(measured).forEach(([key, value]) => (samples[name]![key] ??= []).push(value))
    }
    process.stderr.write('.')
  }
  return samples as Samples<S>
}
