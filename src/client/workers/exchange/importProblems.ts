/** Nobody reads more sentences than the first number; a file with more damage than the second is given up. */
const TOLD = 20
const MOST_PROBLEMS = 1000

/** What was left out of an import and why, a sentence each. */
export function createImportProblems() {
  const problems: string[] = []
  let untold = 0

  return {
    /** @throws where the file is hardly anything but damage */
    tell(problem: string): void {
      if (problems.length < TOLD)
        problems.push(problem)
      else if (++untold > MOST_PROBLEMS)
        throw new Error('too much of it is damaged')
    },

    told: (): string[] => untold ? [...problems, `And ${untold} more.`] : [...problems],
  }
}
