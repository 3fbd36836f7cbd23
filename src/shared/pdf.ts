/** What is known of a PDF that can be sent. */
export interface PdfFacts {
  pages: number
  /** It opens without a password, and is encrypted all the same: its author restricts what may be done with it. */
  restricted?: true
}

/** Why a PDF cannot be sent: it asks for a password, or it does not open. */
export type PdfProblem = 'encrypted' | 'broken'

/** As much of an opened PDF as is asked here; the library that opens it is each side's own. */
export interface OpenedPdf {
  numPages: number
  getPage(number: number): Promise<unknown>
  getPermissions(): Promise<readonly number[] | null>
}

/**
 * Decides what an opening PDF is. Damage that the library repairs is no problem, nor is encryption that opens
 * without a password: every reader shows such a PDF. Claude's documentation asks for PDFs without encryption, and
 * what is known of refusals speaks of passwords only; so it is sent, and the person is told.
 */
export async function examinePdf(opening: Promise<OpenedPdf>): Promise<PdfFacts | PdfProblem> {
  try {
    const pdf = await opening
    const permissions = await pdf.getPermissions()
    // A count alone proves little: it is only a number in the file.
    await pdf.getPage(1)
    await pdf.getPage(pdf.numPages)
    return { pages: pdf.numPages, ...permissions && { restricted: true as const } }
  }
  catch (error) {
    const { name, message } = error as Error
    return name === 'PasswordException' || /encrypt|password/i.test(message) ? 'encrypted' : 'broken'
  }
}
