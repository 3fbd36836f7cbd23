import type { Question } from '../../shared/protocol/parts.ts'

/** The one text that cannot be the name of a value everywhere: readers of JSON refuse it, or leave it out. */
const NO_NAME = '__proto__'

/**
 * An agent's questions as a person can answer them: an answer is told by its question's text and its option's label, so
 * no two of them are the same. What is said twice is asked once.
 */
export function askable(questions: readonly Question[]): Question[] {
  const texts = distinct(questions.map(({ question }) => question === NO_NAME ? `“${question}”` : question))
  return questions.map((question, i) => ({ ...question, question: texts[i] ?? '', options: distinctOptions(question.options) }))
}

function distinctOptions(options: Question['options']): Question['options'] {
  const once = options.filter((option, i) => options.findIndex(({ label, description }) => label === option.label && description === option.description) === i)
  const labels = distinct(once.map(({ label }) => label))
  return once.map((option, i) => ({ ...option, label: labels[i] ?? '' }))
}

/** The second one of the same words gets a number behind it: "words (2)". */
function distinct(all: readonly string[]): string[] {
  const taken = new Set<string>()
  return all.map((words) => {
    let name = words
    for (let number = 2; taken.has(name) || (name !== words && all.includes(name)); number++)
      name = `${words} (${number})`
    taken.add(name)
    return name
  })
}
