// Lets only those call who hold the role that the route needs.
import { requireRole, roles } from '../../auth/roles.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ApiMiddleware, Caller, Matched } from '../request/request.ts';

export function checkRole(matched: InvocationValue<Matched>, caller: InvocationValue<Caller>): ApiMiddleware {
  return {
    before({ event, context }) {
      const { route } = matched.get(context);
      const authorizer = event.requestContext.authorizer?.lambda;
      const given = authorizer?.roles.split(' ') ?? [];
      const held = roles.filter((role) => given.includes(role));
      if (route.role !== null) requireRole(route.role, held);
      caller.set(context, { user: authorizer?.user, roles: held });
    },
  };
}
