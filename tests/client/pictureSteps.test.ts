import { expect, test } from 'vitest'
import type { Operation } from '../../src/shared/files/edits.ts'
import { addStep, between, operationOf, redoStep, stepsOf, textOperation, undoStep } from '../../src/client/utils/images/editing/operations.ts'

const SIZE = { width: 200, height: 100 }
const turn: Operation = { kind: 'turn', quarters: 1 }
const crop: Operation = { kind: 'crop', area: { x: 10, y: 20, width: 50, height: 30 } }
const drag = (...points: [number, number][]) => ({ points: points.map(([x, y]) => ({ x, y })), scale: 2, colour: 'red' })

test('what was done to a picture is taken back step by step, and done again in the same order', () => {
  const both = addStep(addStep(stepsOf(), turn), crop)

  const back = undoStep(undoStep(both))

  expect(back).toEqual({ done: [], undone: [crop, turn] })
  expect(redoStep(redoStep(back)).done).toEqual([turn, crop])
})

test('nothing is lost by undoing or redoing where there is nothing', () => {
  expect(undoStep(stepsOf())).toEqual(stepsOf())
  expect(redoStep(stepsOf([turn]))).toEqual(stepsOf([turn]))
})

test('what was taken back is gone once something else is done instead', () => {
  expect(addStep(undoStep(stepsOf([turn])), crop)).toEqual({ done: [crop], undone: [] })
})

test('steps that were saved can be taken back later, to the picture as it was given', () => {
  expect(undoStep(undoStep(stepsOf([turn, crop]))).done).toEqual([])
})

test('a cut is as large as it was drawn, wherever between two pixels the browser says the pointer was', () => {
  expect(operationOf('crop', drag([10.1, 10.1], [90.2, 40.2]), SIZE)).toEqual({ kind: 'crop', area: { x: 10, y: 10, width: 80, height: 30 } })
  expect(operationOf('crop', drag([9.9, 9.9], [89.9, 39.8]), SIZE)).toEqual({ kind: 'crop', area: { x: 10, y: 10, width: 80, height: 30 } })
})

test('what is blurred ends at the edge of the picture, with every pixel that was touched, whichever corner was first', () => {
  expect(between({ x: 190.6, y: 90.2 }, { x: 900, y: -7 }, SIZE)).toEqual({ x: 190, y: 0, width: 10, height: 91 })
  expect(between({ x: 300, y: 10 }, { x: 400, y: 20 }, SIZE)).toBeUndefined()
})

test('a click that should have been a drag cuts nothing out and draws no arrow', () => {
  expect(operationOf('crop', drag([10, 10], [12, 12]), SIZE)).toBeUndefined()
  expect(operationOf('arrow', drag([10, 10], [12, 12]), SIZE)).toBeUndefined()
})

test('a single click blackens: a brush of 24 pixels on the screen, whatever the size of the picture', () => {
  expect(operationOf('blacken', drag([10, 10]), SIZE)).toEqual({ kind: 'blacken', points: [{ x: 10, y: 10 }], line: 2 * 24 })
})

test('lines are as thick, and words as large, as they look on the screen', () => {
  expect(operationOf('box', drag([90, 40], [10, 10]), SIZE)).toEqual({ kind: 'box', area: { x: 10, y: 10, width: 80, height: 30 }, line: 8, colour: 'red' })
  expect(operationOf('pen', drag([1, 1], [2, 2]), SIZE)).toMatchObject({ kind: 'pen', line: 8 })
  expect(textOperation(' here ', { x: 1, y: 2 }, { scale: 2, colour: 'red' })).toEqual({ kind: 'text', at: { x: 1, y: 2 }, text: 'here', height: 44, colour: 'red' })
  expect(textOperation('  ', { x: 1, y: 2 }, { scale: 2, colour: 'red' })).toBeUndefined()
})
