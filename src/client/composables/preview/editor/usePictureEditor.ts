import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { areSame, type Operation, type Point } from '../../../../shared/files/edits.ts'
import { apply, copyOf, drawAll } from '../../../utils/images/editing/drawing.ts'
import type { UnsavedKind } from '../../../../shared/attachmentView.ts'
import { addStep, operationOf, redoStep, stepsOf, textOperation, undoStep, type Steps, type Tool } from '../../../utils/images/editing/operations.ts'
import { paint } from './paint.ts'
import { forgetEdit, keepEdit, recallEdit } from './unsavedEdits.ts'

export const COLOURS = { Red: '#e5322d', Yellow: '#ffd60a', Blue: '#1769e0', White: 'white' } as const
export type Colour = keyof typeof COLOURS

export type PictureEditor = ReturnType<typeof usePictureEditor>

/**
 * A picture being edited: what was done, what is being drawn, and how it looks.
 * @param id names what is edited
 * @param saved what was done to it before
 * @param isMissed whether a person who has closed it would miss what is in no picture
 */
export function usePictureEditor(id: string, saved: readonly Operation[], canvas: Readonly<Ref<HTMLCanvasElement | null>>, isMissed: () => boolean) {
  const tool = ref<Tool>('arrow')
  const colour = ref<Colour>('Red')
  const steps = shallowRef(stepsOf(saved))
  const original = shallowRef<OffscreenCanvas>()
  const picture = shallowRef<OffscreenCanvas>()
  /** Of the picture, while something is drawn. */
  const points = shallowRef<readonly Point[]>([])
  /** Where the keyboard points. */
  const cursor = shallowRef<Point>()
  const changed = computed(() => !areSame(steps.value.done, saved))

  /** Pixels of the picture in one CSS pixel. */
  const scale = () => canvas.value ? canvas.value.width / Math.max(1, canvas.value.getBoundingClientRect().width) : 1
  const movement = () => ({ points: points.value, scale: scale(), colour: COLOURS[colour.value] })
  const drawn = () => picture.value && operationOf(tool.value, movement(), picture.value)

  let closed = false

  /** With what was drawn before, and is in no picture yet. */
  async function open(load: () => Promise<ImageBitmap>): Promise<void> {
    const [bitmap, kept] = await Promise.all([load(), recallEdit(id, saved)])
    if (kept)
      steps.value = { done: kept.done, undone: kept.undone }
    original.value = copyOf(bitmap)
    bitmap.close()
    redraw()
  }

  /** With every step, whatever ends the browser before it is in a picture. */
  function keep(told: UnsavedKind | undefined = changed.value ? 'drawn' : undefined): void {
    const { done, undone } = steps.value
    keepEdit(id, { saved, edit: { done, undone, told }, matters: () => closed ? isMissed() : changed.value })
  }

  function setSteps(to: Steps): void {
    steps.value = to
    keep()
  }

  function redraw(): void {
    picture.value = original.value && drawAll(copyOf(original.value), steps.value.done)
  }

  function add(operation: Operation | undefined): void {
    if (!operation || !picture.value)
      return
    setSteps(addStep(steps.value, operation))
    picture.value = apply(copyOf(picture.value), operation)
  }

  function go(to: (steps: Steps) => Steps): void {
    points.value = []
    setSteps(to(steps.value))
    redraw()
  }

  let asked = 0
  watch([picture, points, cursor, canvas], () => {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(() => {
      if (canvas.value && picture.value)
        paint(canvas.value, picture.value, { operation: drawn(), cursor: cursor.value, scale: scale() })
    })
  }, { flush: 'post' })

  return {
    tool, colour, steps, picture, points, cursor, changed, scale, open,
    begin: (at: Point) => { points.value = [at] },
    move: (...to: Point[]) => { points.value = [...points.value, ...to] },
    drop: () => { points.value = [] },
    end() {
      const operation = drawn()
      points.value = []
      add(operation)
    },
    write: (text: string, at: Point) => add(textOperation(text, at, movement())),
    turn: (quarters: 1 | 3) => add({ kind: 'turn', quarters }),
    undo: () => go(undoStep),
    redo: () => go(redoStep),
    close: () => { closed = true },
    isClosed: () => closed,
    /** What was done and is not to be kept now can be done again when it is opened the next time. */
    cancel() {
      const told = changed.value ? 'taken back' : undefined
      let now = steps.value
      while (now.done.length > saved.length)
        now = undoStep(now)
      steps.value = areSame(now.done, saved) ? now : stepsOf(saved)
      if (told)
        keep(told)
    },
    forget: () => forgetEdit(id),
  }
}
