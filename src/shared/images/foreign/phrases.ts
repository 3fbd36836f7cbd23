/** What pictures that Claude does not take are called, with the article. */
const PHRASES = {
  'AVIF': 'an AVIF',
  'HEIC': 'a HEIC photo',
  'camera raw': 'a camera\'s raw photo',
  'TIFF': 'a TIFF',
  'BMP': 'a BMP',
  'ICO': 'an icon (ICO)',
  'CUR': 'a mouse pointer (CUR)',
  'JPEG 2000': 'a JPEG 2000 picture',
  'JPEG XL': 'a JPEG XL picture',
  'JPEG XR': 'a JPEG XR picture',
  'PSD': 'a Photoshop picture (PSD)',
  'GIMP': 'a GIMP picture (XCF)',
  'EPS': 'a PostScript drawing (EPS)',
  'WMF': 'a drawing of Windows (WMF)',
  'EMF': 'a drawing of Windows (EMF)',
  'ICNS': 'an icon of a Mac (ICNS)',
  'DjVu': 'a DjVu scan',
  'OpenEXR': 'an OpenEXR picture',
  'HDR': 'a Radiance picture (HDR)',
  'DDS': 'a texture (DDS)',
  'QOI': 'a QOI picture',
  'PCX': 'a PCX picture',
  'PNM': 'a Netpbm picture (PNM)',
  'SGI': 'an SGI picture',
  'MNG': 'an MNG animation',
  'BPG': 'a BPG picture',
  'DICOM': 'a medical picture (DICOM)',
  'lossless JPEG': 'a lossless JPEG',
  'JPEG-LS': 'a JPEG-LS picture',
  'hierarchical JPEG': 'a hierarchical JPEG',
  'arithmetic JPEG': 'an arithmetic JPEG',
  '12-bit JPEG': 'a 12-bit JPEG',
} as const

export type ForeignImage = keyof typeof PHRASES

/** "a TIFF", "an icon (ICO)" */
export const foreignPhrase = (kind: ForeignImage): string => PHRASES[kind]

/** "a PNG": of the kinds above, and of those that Claude takes. */
export function formatPhrase(format: string): string {
  return format in PHRASES ? PHRASES[format as ForeignImage] : `a ${format}` // a PNG, a GIF, a JPEG, a WebP
}
