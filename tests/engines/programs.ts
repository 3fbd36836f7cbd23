import { accessSync, constants } from 'node:fs'
import path from 'node:path'

const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/snap/bin']

/** The first of these that is there and ours to run: paths, or names of programs that are looked for where programs are. */
export function findProgram(...names: (string | undefined)[]): string | undefined {
  const candidates = names.flatMap(name => !name || path.isAbsolute(name) ? [name] : FOLDERS.map(folder => path.join(folder, name)))
  return candidates.find((file): file is string => Boolean(file) && isRunnable(file ?? ''))
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return path.isAbsolute(file)
  }
  catch {
    return false
  }
}
