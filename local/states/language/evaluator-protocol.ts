// What an evaluator's process is sent, and what it answers.
import type { Failed } from './interpreter.ts';

export interface EvaluationRequest {
  readonly source: string;
  /** JSON text of the variables. */
  readonly bindings: string;
  /** Milliseconds since 1970: the time of `$now` and `$millis`. */
  readonly now: number;
}

/** `value` is JSON text. */
export type EvaluationAnswer = { readonly value: string } | Failed;
