/* What a person has done to a file before it is sent. What it was before is kept beside it. */

export interface Point { x: number, y: number }
export interface Rectangle extends Point { width: number, height: number }

/** One step of editing a picture. All figures are pixels of the picture as the steps before have left it. */
export type Operation =
  | { kind: 'crop' | 'blur', area: Rectangle }
  /** Quarters, as the clock goes. */
  | { kind: 'turn', quarters: 1 | 2 | 3 }
  | { kind: 'arrow', from: Point, to: Point, line: number, colour: string }
  | { kind: 'box', area: Rectangle, line: number, colour: string }
  /** `at`: where its first line begins, at its top. */
  | { kind: 'text', at: Point, text: string, height: number, colour: string }
  | { kind: 'pen', points: readonly Point[], line: number, colour: string }
  | { kind: 'blacken', points: readonly Point[], line: number }

/** `good`: up to 2000 pixels, encoded with a little loss. `small`: up to 1568 pixels and 400,000 characters of base64. */
export type ChosenSize = 'good' | 'small'

export interface Changes {
  /** Of a picture, in the order in which they are done. */
  operations?: readonly Operation[]
  size?: ChosenSize
  /** Of a PDF: the pages that are kept, from 1, in the order in which they stand then. */
  pages?: readonly number[]
  /** How many it had. */
  of?: number
}

/** Changes that were made; named anew with each of them. */
export interface Edits extends Changes { id: string }

/** The same steps, in the same order. */
export const areSame = (some: readonly Operation[] = [], others: readonly Operation[] = []): boolean => JSON.stringify(some) === JSON.stringify(others)
