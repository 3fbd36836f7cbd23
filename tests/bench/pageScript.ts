import { readFile } from 'node:fs/promises'
import path from 'node:path'
import ts from 'typescript'
import { build, type Rolldown } from 'vite'

/** A file of `page/` as browsers take it. */
export async function pageScript(name: string): Promise<string> {
  const source = await readFile(path.join(import.meta.dirname, 'page', name), 'utf8')
  return ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText
}

/** The same with all that it imports, and its style. */
export async function pageBundle(name: string): Promise<{ script: string, style: string }> {
  const { output } = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, rolldownOptions: { input: path.join(import.meta.dirname, 'page', name) } },
  }) as Rolldown.RolldownOutput
  const assets = output.filter(file => file.type === 'asset')
  return {
    script: output.find(file => file.type === 'chunk')?.code ?? '',
    style: String(assets.find(({ fileName }) => fileName.endsWith('.css'))?.source ?? ''),
  }
}
