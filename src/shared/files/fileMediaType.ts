/** Of bytes about which nothing more is known. */
const FILE_TYPE = 'application/octet-stream'

/** What a browser would run, or the types that mean an image, a PDF or a text is shown to Claude. */
const NOT_A_FILES_TYPE = /^(?:text\/(?:plain|html|javascript|xml|xsl)|application\/(?:pdf|.*(?:javascript|ecmascript|xml|html).*)|image\/(?:png|jpeg|gif|webp|.*xml.*))$/
/** Office documents' types speak of XML, and are none. */
const OFFICE_TYPE = /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+$/

/** The media type of a file for the workspace: as claimed where that is one and harmless, else that of any bytes. */
export function fileMediaType(claimed: string): string {
  const type = claimed.split(';')[0]?.trim().toLowerCase() ?? ''
  const isType = type.length <= 127 && /^[a-z]+\/[\w.+-]+$/.test(type)
  return isType && (OFFICE_TYPE.test(type) || !NOT_A_FILES_TYPE.test(type)) ? type : FILE_TYPE
}
