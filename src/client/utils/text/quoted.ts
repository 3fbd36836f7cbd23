/** As Markdown quotes it, line by line. */
export const quoted = (text: string): string => text.trim().split(/\r?\n/u).map(line => line ? `> ${line}` : '>').join('\n')
