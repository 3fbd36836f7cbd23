import type { Offers } from '../agents/offer/offers.ts'
import type { Turn } from '../agents/agent.ts'
import type { MessageRow } from '../storage/database/database.ts'
import type { AnswerRecorder } from './answerRecorder.ts'

/** Who answers what was asked, perhaps long ago. A choice that is not offered any more is told of, and costs nobody the answer. */
export async function whoAnswers(offers: Offers, asked: MessageRow, recorder: AnswerRecorder): Promise<Pick<Turn, 'model' | 'effort'>> {
  const { remark, ...chosen } = await offers.available(asked)
  if (remark !== undefined)
    recorder.put({ type: 'notice', id: 'model-changed', code: 'model_changed', text: remark })
  return chosen
}
