/** What is known of a PDF that can be sent. */
export interface PdfFacts {
  pages: number
}

/** Why a PDF cannot be sent: it asks for a password or restricts its use, or it does not open. */
export type PdfProblem = 'encrypted' | 'broken'

/** As much of an opened PDF as is asked here; the library that opens it is each side's own. */
export interface OpenedPdf {
  numPages: number
  getPage(number: number): Promise<unknown>
  getPermissions(): Promise<readonly number[] | null>
}

/**
 * Settles what an opening PDF is. Damage that the library repairs is no problem; a PDF that opens without
 * a password and is encrypted all the same is one, because Claude refuses it.
 */
export async function examinePdf(opening: Promise<OpenedPdf>): Promise<PdfFacts | PdfProblem> {
  try {
    const pdf = await opening
    if (await pdf.getPermissions())
      return 'encrypted'
    // A count alone proves little: it is only a number in the file.
    await pdf.getPage(1)
    await pdf.getPage(pdf.numPages)
    return { pages: pdf.numPages }
  }
  catch (error) {
    const { name, message } = error as Error
    return name === 'PasswordException' || /encrypt|password/i.test(message) ? 'encrypted' : 'broken'
  }
}
