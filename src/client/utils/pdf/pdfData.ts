/**
 * What pages may need beside themselves: tables of Asian characters, the fonts that every viewer is expected
 * to have, decoders. Each is a file of its own on the app's server, read when a page asks for it.
 */
const files = import.meta.glob<string>([
  '../../../../node_modules/pdfjs-dist/cmaps/*.bcmap',
  '../../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
  '../../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm',
  '../../../../node_modules/pdfjs-dist/wasm/openjpeg_nowasm_fallback.js',
], { query: '?url&no-inline', import: 'default', eager: true })
const urls = new Map(Object.entries(files).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]))

/**
 * Where WebAssembly is forbidden the library looks for a decoder in JavaScript, whose name it puts behind a folder's
 * address. Here it has an address of its own, on which everything behind # is without effect.
 */
export const DECODER_FOLDER = `${urls.get('openjpeg_nowasm_fallback.js')}#/`

/**
 * Takes the place of the library's own reader of these files, which knows folders only. The library draws on
 * without a file that is not there: `onMissing` is told, so that the person can be.
 */
export function pdfDataFactory(onMissing: (filename: string) => void) {
  return class PdfDataFactory {
    async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
      try {
        return await read(filename)
      }
      catch (error) {
        onMissing(filename)
        throw error
      }
    }
  }
}

async function read(filename: string): Promise<Uint8Array> {
  const url = urls.get(filename)
  const response = url === undefined ? undefined : await fetch(url)
  if (!response?.ok)
    throw new Error(`${filename} is not there`)
  return new Uint8Array(await response.arrayBuffer())
}
