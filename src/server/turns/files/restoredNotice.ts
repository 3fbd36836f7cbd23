import { plainLine } from '../../../shared/plainText.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { Rewound } from './rewindFiles.ts'

const NAMED = 5
const NAME_CHARS = 120

/** Says what became of the agent's folder; undefined where nothing is to be said. @param lost paths of what could not be put back */
export function restoredNotice(lost: readonly string[], { isChanged, unstored }: Rewound = { isChanged: false, unstored: [] }): Part | undefined {
  const sentences = [
    ...lost.length ? [`These files are gone from the agent's folder, and could not be put back: ${listed(lost)}.`] : [],
    ...unstored.length ? [`${lost.length ? '' : 'The agent\'s folder was put back as it was at this point of the conversation, except that '}${listed(unstored)} stayed as ${unstored.length > 1 ? 'they are' : 'it is'}, for what is in ${unstored.length > 1 ? 'them' : 'it'} is stored nowhere else.`] : [],
  ]
  if (sentences.length)
    return { type: 'notice', id: 'files-not-restored', code: 'not_restored', text: sentences.join(' ') }
  return isChanged ? { type: 'notice', id: 'files-restored', code: 'restored', text: 'The agent\'s folder was put back as it was at this point of the conversation.' } : undefined
}

function listed(paths: readonly string[]) {
  const names = paths.slice(0, NAMED).map(path => plainLine(path, NAME_CHARS)).join(', ')
  return paths.length > NAMED ? `${names} and ${(paths.length - NAMED).toLocaleString('en')} more` : names
}
