import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeChunks, colouredLines } from '../../src/client/utils/text/code/codeChunks.ts'
import { languageOf, type Language } from '../../src/client/utils/text/code/languageOf.ts'
import { growTo } from '../../src/client/utils/text/growing.ts'
import { tokensOf } from '../../src/client/workers/highlighting/tokens.ts'

const kindsOf = async (language: Language, code: string) => {
  const div = document.createElement('div')
  div.append(colouredLines(code, await tokensOf(language, code, true)))
  return { text: div.textContent, kinds: Object.fromEntries([...div.children].map(({ className, textContent }) => [textContent!.trim(), className])) }
}

test('code keeps every character when it is coloured, and its parts say what they are', async () => {
  const code = 'const answer = "42" // so it was\n\n\tfunction f(b) { return b }\r\nlast'
  const { text, kinds } = await kindsOf('typescript', code)
  expect(text).toBe(code)
  expect(kinds).toMatchObject({ 'const': 'code-keyword', '// so it was': 'code-comment', 'function': 'code-keyword' })
})

test('what begins in one part of long code goes on in the next', async () => {
  const code = `${'let a = 1\n'.repeat(99)}/* begun\n${'still in it\n'.repeat(50)}*/ let b = 2\n`
  const chunks = codeChunks(code)
  expect(chunks.join('')).toBe(code)
  expect(chunks).toHaveLength(2)
  await tokensOf('javascript', chunks[0]!.replace(/\n$/, ''), true)
  const [first] = await tokensOf('javascript', chunks[1]!.replace(/\n$/, ''), false)
  expect(first?.map(([, kind]) => kind)).toEqual(['comment'])
})

test('every language that is offered is there, by the names that people write', async () => {
  for (const name of ['ts', 'js', 'py', 'sh', 'yml', 'C++', 'c#', 'rs', 'go', 'java', 'kotlin', 'swift', 'rb', 'php', 'sql', 'json', 'html', 'css', 'vue', 'tsx', 'jsx', 'diff', 'dockerfile', 'toml', 'xml', 'lua', 'r', 'powershell', 'c']) {
    const language = languageOf(name)
    expect(language, name).toBeDefined()
    expect((await tokensOf(language!, 'a = 1', true)).flat().reduce((sum, [length]) => sum + length, 0), name).toBe(5)
  }
  expect(languageOf('constructor')).toBeUndefined()
  expect(languageOf('')).toBeUndefined()
})

test('code that is far too long stays plain', () => {
  expect(codeChunks('x'.repeat(1_000_001))).toEqual([])
})

test('colours stay where the text around the code grows', () => {
  const root = document.createElement('div')
  growTo(root, '<pre><code>let a</code></pre>')
  root.querySelector('code')!.innerHTML = '<span class="code-keyword">let</span> a'
  growTo(root, '<pre><code>let a</code></pre><p>more</p>')
  expect(root.querySelector('.code-keyword')?.textContent).toBe('let')
  growTo(root, '<pre><code>let it</code></pre><p>more</p>')
  expect(root.querySelector('code')!.innerHTML).toBe('let it')
})

test('code that goes on after a pause, in which it got its colours, keeps them, and what is selected in it', () => {
  const root = document.createElement('div')
  document.body.append(root)
  growTo(root, '<pre><code>let a</code></pre>')
  const code = root.querySelector('code')!
  code.innerHTML = '<span class="code-lines"><span class="code-keyword">let</span> a</span>'
  getSelection()!.selectAllChildren(code.querySelector('.code-keyword')!)

  for (const more of [' = 1', ' = 1\nlet b'])
    growTo(root, `<pre><code>let a${more}</code></pre>`)

  expect(getSelection()!.toString()).toBe('let')
  expect(code.innerHTML).toBe('<span class="code-lines"><span class="code-keyword">let</span> a</span> = 1\nlet b')
  expect(code.childNodes).toHaveLength(2)
})

test('every colour of code can be read on its surface, in light and dark', () => {
  const [light = '', dark = ''] = readFileSync('src/client/theme/tokens.css', 'utf8').split('.sl-theme-dark {')
  for (const theme of [light, dark]) {
    const colours = new Map([...theme.matchAll(/(--[\w-]+): hsl\((\d+) ([\d.]+)% ([\d.]+)%\)/g)].map(([, name, h, s, l]) => [name, luminance(Number(h), Number(s) / 100, Number(l) / 100)]))
    const surface = colours.get('--surface-sunken')!
    const codes = [...colours].filter(([name]) => name!.startsWith('--code-') || /^--(?:added|danger)-text$/.test(name!))
    expect(codes).toHaveLength(8)
    for (const [name, colour] of codes)
      expect((Math.max(colour, surface) + 0.05) / (Math.min(colour, surface) + 0.05), name).toBeGreaterThan(4.5)
  }
})

/** As WCAG says. */
function luminance(h: number, s: number, l: number): number {
  const channel = (n: number) => {
    const k = (n + h / 30) % 12
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4)
}
