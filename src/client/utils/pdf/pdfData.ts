/**
 * What pages may need beside themselves: tables of Asian characters, the fonts that every viewer is expected
 * to have, a decoder. Each is a file of its own on the app's server, read when a page asks for it.
 */
const files = import.meta.glob<string>([
  '../../../../node_modules/pdfjs-dist/cmaps/*.bcmap',
  '../../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
  '../../../../node_modules/pdfjs-dist/wasm/openjpeg_nowasm_fallback.js',
], { query: '?url&no-inline', import: 'default', eager: true })
const urls = new Map(Object.entries(files).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]))

/**
 * The library puts the decoder's name behind a folder's address. Here it has an address of its own,
 * on which everything behind # is without effect.
 */
export const DECODER_FOLDER = `${urls.get('openjpeg_nowasm_fallback.js')}#/`

/** Takes the place of the library's own, which knows folders only. */
export class PdfDataFactory {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = urls.get(filename)
    const response = url === undefined ? undefined : await fetch(url)
    if (!response?.ok)
      throw new Error(`${filename} is not there`)
    return new Uint8Array(await response.arrayBuffer())
  }
}
