// Checks the parts of a request against the route's schemas.
import type { InvocationValue } from '../../invocation-value.ts';
import { bodyBytes, readBody } from '../request/body.ts';
import type { AnyRequest, ApiEvent, ApiMiddleware, Caller, Matched } from '../request/request.ts';
import { validated } from '../request/validate.ts';
import type { Route } from '../routes/route.ts';

/** Reads the caller first, who must be known: who may not call learns nothing about what would be valid. */
export function validateRequest(
  matched: InvocationValue<Matched>,
  caller: InvocationValue<Caller>,
  request: InvocationValue<AnyRequest>,
): ApiMiddleware {
  return {
    before({ event, context }) {
      const { route } = matched.get(context);
      const { user, roles } = caller.get(context);
      request.set(context, {
        params: route.params && validated(route.params, event.pathParameters ?? {}, 'path'),
        query: route.query && validated(route.query, event.queryStringParameters ?? {}, 'query'),
        headers: route.headers && validated(route.headers, event.headers, 'headers'),
        body: route.body && validated(route.body, bodyOf(route, event), 'body'),
        sender: route.cookies && { headers: event.headers, cookies: event.cookies ?? [] },
        raw: route.raw && {
          headers: event.headers,
          body: bodyBytes(event),
          isText: event.isBase64Encoded !== true,
        },
        user,
        roles,
      });
    },
  };
}

/** The body as it came, with the id of the path where the route lets it be left out. */
function bodyOf(route: Route, event: ApiEvent): unknown {
  const body = readBody(event, { exactNumbers: route.exactNumbers ?? false });
  const id = event.pathParameters?.['id'];
  if (!route.bodyIdFromPath || id === undefined) return body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return { id, ...body };
}
