// A problem found in a workflow.
import type { Fix } from '../../problem.ts';
import type { ProblemCode } from './codes.ts';

export interface Problem {
  readonly code: ProblemCode;
  /** Where in the document: a JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** Where in the string at `pointer`, in UTF-16 code units from 1; only for expressions. */
  readonly column?: number;
  /** Where the hint is one change. */
  readonly fix?: Fix;
}

export type Report = (problem: Problem) => void;
