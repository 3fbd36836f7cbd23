import { IMAGE_BASE64_CHARS, LIMITS } from '../../../shared/attachments.ts'

let chars: number = LIMITS.imageBase64Chars

/** Characters of an image's base64: what the server last said, and what is usual until it says something. */
export const imageBase64Chars = (): number => chars

/** As `followServerLimits` takes them: what a worker has to know, too. */
export const serverLimits = (): Readonly<Record<string, number>> => ({ imageBase64Chars: chars })

/** @param told by the server; what is missing or makes no sense changes nothing */
export function followServerLimits(told: Readonly<Record<string, number>>): void {
  const { imageBase64Chars: wanted = NaN } = told
  if (wanted >= IMAGE_BASE64_CHARS.least && wanted <= IMAGE_BASE64_CHARS.most)
    chars = wanted
}
