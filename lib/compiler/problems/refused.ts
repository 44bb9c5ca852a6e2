// The end of compiling before the rest of a document is looked at, which would take too long.
import type { Problem } from './problem.ts';

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
