import { isImageMimeType, LIMITS } from '../../../../shared/attachments.ts'
import { base64ToBytes, bytesToBase64 } from '../../../../shared/base64.ts'
import type { Changes, ChosenSize, Operation } from '../../../../shared/files/edits.ts'
import type { GivenForm } from '../../../utils/files/givenForm.ts'
import { decodePicture } from '../../../utils/images/editing/decodePicture.ts'
import { copyOf, drawAll } from '../../../utils/images/editing/drawing.ts'
import { reduce } from '../../../utils/images/imageDecoding.ts'
import { encode, makeSmaller, NATURES, SMALL_CHARS, SMALL_EDGE } from '../../../utils/images/imageAdmission.ts'
import { makeThumbnail, type Thumbnail } from '../../../utils/images/thumbnail.ts'

export interface ChangedForm extends GivenForm { thumbnail?: Thumbnail }

/** A picture as it was given with all changes done; it holds its pixels and nothing else. */
export async function changePicture(given: GivenForm, { operations = [], size }: Changes): Promise<ChangedForm> {
  if (operations.length)
    return editPicture(given, operations, size)
  const smaller = size === 'small'
    ? withBase64(await makeSmaller(base64ToBytes(given.base64), given))
    : await editPicture(given, [], size)
  return smaller.size < (given.size ?? 0) ? { ...given, ...smaller, hasPosition: false } : given // it cannot be made smaller without making it worse
}

async function editPicture(given: GivenForm, operations: readonly Operation[], size: ChosenSize | undefined) {
  if (!isImageMimeType(given.mimeType))
    throw new Error('only pictures can be edited')
  const picture = await decodePicture(base64ToBytes(given.base64), given.mimeType)
  const drawn = drawAll(copyOf(picture), operations).transferToImageBitmap()
  picture.close()
  const isSmall = size === 'small'
  const fitting = await reduce(drawn, isSmall ? SMALL_EDGE : LIMITS.imageEdge)
  const thumbnail = await makeThumbnail(fitting)
  const encoded = await encode(fitting, size ? 'either' : NATURES[given.mimeType], isSmall ? SMALL_CHARS : undefined)
  return { ...given, ...withBase64(encoded), thumbnail, animated: undefined, sideways: undefined, hasPosition: false }
}

const withBase64 = <Form extends { bytes: Uint8Array }>({ bytes, ...form }: Form) => ({ ...form, base64: bytesToBase64(bytes), size: bytes.length })
