import sharp from 'sharp'
import { workOnImage, type ImageRequest } from './imageWork.ts'

/** A process of its own: says when it is ready, then answers each picture with what it is. One at a time. It ends where a picture takes more memory than one may. */

/** Of the whole process. */
const MAX_BYTES = Number(process.argv[2])
const LOOK_MS = 20

sharp.cache(false)
sharp.concurrency(1)

// The decoder works in another thread, so this one sees how it grows.
let looking: NodeJS.Timeout | undefined
const endIfTooLarge = () => process.memoryUsage.rss() > MAX_BYTES && process.exit(1)

process.on('message', async (request: ImageRequest) => {
  looking = setInterval(endIfTooLarge, LOOK_MS)
  const answer = await workOnImage(request)
  clearInterval(looking)
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
