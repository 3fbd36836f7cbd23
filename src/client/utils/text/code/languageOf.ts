const LANGUAGES = [
  'c', 'cpp', 'csharp', 'css', 'diff', 'docker', 'go', 'html', 'java', 'javascript', 'json', 'jsx', 'kotlin', 'lua', 'php',
  'powershell', 'python', 'r', 'ruby', 'rust', 'shellscript', 'sql', 'swift', 'toml', 'tsx', 'typescript', 'vue', 'xml', 'yaml',
] as const

/** One that can be coloured. */
export type Language = typeof LANGUAGES[number]

/** What people and agents call them. */
const ALSO: Record<string, Language> = {
  'h': 'c', 'c++': 'cpp', 'cc': 'cpp', 'hpp': 'cpp', 'cs': 'csharp', 'c#': 'csharp', 'patch': 'diff', 'dockerfile': 'docker',
  'golang': 'go', 'htm': 'html', 'js': 'javascript', 'mjs': 'javascript', 'cjs': 'javascript', 'node': 'javascript',
  'jsonc': 'json', 'json5': 'json', 'kt': 'kotlin', 'ps1': 'powershell', 'pwsh': 'powershell', 'py': 'python', 'python3': 'python',
  'rb': 'ruby', 'rs': 'rust', 'sh': 'shellscript', 'bash': 'shellscript', 'zsh': 'shellscript', 'shell': 'shellscript',
  'console': 'shellscript', 'postgresql': 'sql', 'sqlite': 'sql', 'mysql': 'sql', 'ts': 'typescript', 'mts': 'typescript',
  'svg': 'xml', 'yml': 'yaml',
}

/** The language that a block of code names, where it can be coloured. */
export function languageOf(name: string): Language | undefined {
  const wanted = name.trim().toLowerCase()
  return Object.hasOwn(ALSO, wanted) ? ALSO[wanted] : LANGUAGES.find(language => language === wanted)
}
