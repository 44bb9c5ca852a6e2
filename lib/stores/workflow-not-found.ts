// The problem of a workflow that does not exist.
import { ApiProblem } from '../problem.ts';

export function workflowNotFound(id: string, options?: ErrorOptions): ApiProblem {
  return new ApiProblem(
    'not-found',
    `There is no workflow ${id}; GET /workflows lists those there are`,
    options,
  );
}
