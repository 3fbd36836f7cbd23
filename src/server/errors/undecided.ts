import { ProblemError } from './problems.ts'

/** Another machine was asked to do something and was waited for no longer: it may still do it. */
export class Undecided extends ProblemError {}
