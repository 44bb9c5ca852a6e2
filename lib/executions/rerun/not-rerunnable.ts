// The problem of a run that cannot be run again as it was asked for.
import { ApiProblem, type RequestProblem } from '../../problem.ts';

/** @param id of the run, where it is known */
export function notRerunnable(problem: RequestProblem, options: ErrorOptions = {}): ApiProblem {
  return new ApiProblem('not-rerunnable', problem.message, { ...options, problems: [problem] });
}
