import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ESLint, type Linter } from 'eslint'

/** Prints how large the files and functions of `src` are and how they branch, as ESLint counts them. */

const root = path.resolve(import.meta.dirname, '../..')
const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(file => /\.(ts|vue)$/.test(file))
  .map(file => path.join('src', file))

const texts = files.map(file => readFileSync(path.join(root, file), 'utf8'))
const lengths = texts.map(text => text.split('\n').length - 1)
const lines = lengths.reduce((sum, length) => sum + length, 0)

// With a limit of zero each function is told with its figure.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    rules: {
      'complexity': ['warn', 0],
      'max-lines-per-function': ['warn', { max: 0 }],
      '@typescript-eslint/no-non-null-assertion': 'warn',
      '@typescript-eslint/no-explicit-any': 'warn',
    },
  },
})
const messages = (await eslint.lintFiles(files)).flatMap(({ filePath, messages }) =>
  messages.map(message => ({ ...message, place: `${path.relative(root, filePath)}:${message.line}` })))

type Found = Linter.LintMessage & { place: string }
const of = (rule: string) => messages.filter(({ ruleId }) => ruleId === rule)
const figure = (pattern: RegExp) => ({ message, place }: Found) => ({ value: Number(pattern.exec(message)?.[1]), place })
const complexity = of('complexity').map(figure(/complexity of (\d+)/))
const functions = of('max-lines-per-function').map(figure(/\((\d+)\)/))
const folders = new Map<string, number>()
for (const file of files)
  folders.set(path.dirname(file), (folders.get(path.dirname(file)) ?? 0) + 1)

row('files', [`${files.length} with ${lines} lines`])
row('lines of a file', spread(lengths.map((value, i) => ({ value, place: String(files[i]) }))))
row('lines of a function', spread(functions))
row('complexity of a function', spread(complexity))
row('functions over 10', [String(complexity.filter(({ value }) => value > 10).length)])
row('files over 150 lines', [String(lengths.filter(length => length > 150).length)])
row('fullest folder', spread([...folders].map(([place, value]) => ({ value, place }))).slice(-1))
row('`!` in a thousand lines', [(of('@typescript-eslint/no-non-null-assertion').length / lines * 1000).toFixed(2)])
row('`any`', [String(of('@typescript-eslint/no-explicit-any').length)])

/** Half are below the first, nine of ten below the second. */
function spread(figures: { value: number, place: string }[]) {
  const sorted = figures.toSorted((a, b) => a.value - b.value)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]
  return [`half ${at(0.5)?.value}`, `nine of ten ${at(0.9)?.value}`, `most ${at(1)?.value} (${at(1)?.place})`]
}

function row(name: string, values: string[]) {
  console.log(`${name.padEnd(26)} ${values.join(', ')}`)
}
