import { readFile } from 'node:fs/promises'
import path from 'node:path'
import ts from 'typescript'

/** A file of `page/` as browsers take it. */
export async function pageScript(name: string): Promise<string> {
  const source = await readFile(path.join(import.meta.dirname, 'page', name), 'utf8')
  return ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText
}
