import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { fileRemark, readingNotice } from './attachmentText.ts'
import type { lossNotice } from './conversionText.ts'

interface Texts { fileRemark: typeof fileRemark, readingNotice: typeof readingNotice, lossNotice: typeof lossNotice }

type AddedNotice = [text: string, tone?: 'neutral' | 'warning']

/** What a person is told of a file that was just attached, a sentence each. */
export function addedNotices(added: AttachmentView, texts: Texts): AddedNotice[] {
  const { name, kind, readFrom, reading, animated, sideways, original } = added
  const notices: (AddedNotice | false | undefined)[] = [
    readFrom && [`${name} is read as text: ${readFrom.what}. The file itself goes into the agent's folder.`],
    kind === 'file' && [`${name}: ${texts.fileRemark(added)}`],
    reading && [texts.readingNotice(added), reading.certain ? 'neutral' : 'warning'],
    animated && [`${name} moves: Claude sees only its first frame.`],
    sideways && [`${name} says that it has to be turned, and is sent as it lies: Claude may see it on its side.`],
    asNotice(original && texts.lossNotice(name, original)),
  ]
  return notices.filter(notice => typeof notice === 'object')
}

const asNotice = (text: string | undefined): AddedNotice | undefined => text === undefined ? undefined : [text]
