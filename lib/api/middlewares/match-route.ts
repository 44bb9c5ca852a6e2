// Finds what a request is for: its route and the operation that serves it.
import type { InvocationValue } from '../../invocation-value.ts';
import { ApiProblem } from '../../problem.ts';
import type { ApiMiddleware, Matched } from '../request/request.ts';

/** @param table by what API Gateway, which has matched the route already, writes into `routeKey`: `GET /workflows/{id}` */
export function matchRoute(
  table: ReadonlyMap<string, Matched>,
  matched: InvocationValue<Matched>,
): ApiMiddleware {
  return {
    before({ event: { routeKey }, context }) {
      const found = table.get(routeKey);
      if (!found) throw new ApiProblem('not-found', `This function does not serve ${routeKey}`);
      matched.set(context, found);
    },
  };
}
