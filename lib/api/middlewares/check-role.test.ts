// Who may call a route.
import { expect, test } from 'vitest';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { type Role, roles } from '../../auth/roles.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { Caller, Matched } from '../request/request.ts';
import { routes } from '../routes/route-table.ts';
import { checkRole } from './check-role.ts';

const [anyRoute] = routes;

function call(role: Role | null, from?: { user: string; roles: string }) {
  if (!anyRoute) throw new TypeError('there are routes');
  const route = { ...anyRoute, role };
  const matched = invocationValue<Matched>('route');
  const caller = invocationValue<Caller>('caller');
  const handler = apiChain()
    .before(({ context }) => matched.set(context, { route, operation: async () => ({ status: 200 }) }))
    .use(checkRole(matched, caller))
    .handler(async (_event, context) => ({ statusCode: 200, body: JSON.stringify(caller.get(context)) }));
  return handler(apiEvent({}, from), lambdaContext());
}

test.each(roles.flatMap((needed, at) => roles.map((held, of) => ({ needed, held, allowed: of >= at }))))(
  'a route for $needed lets $held in: $allowed',
  async ({ needed, held, allowed }) => {
    const answer = call(needed, { user: 'ada', roles: `other ${held}` });
    if (allowed) {
      const { body = '' } = await answer;
      expect(JSON.parse(body)).toEqual({ user: 'ada', roles: [held] });
    } else await expect(answer).rejects.toMatchObject({ type: 'forbidden' });
  },
);

test.each([
  ['no caller', undefined] as const,
  ['no role', { user: 'ada', roles: '' }] as const,
  ['a role whose name holds another', { user: 'ada', roles: 'viewers readonly-admin' }] as const,
])('with %s only an open route may be called', async (_, from) => {
  await expect(call('viewer', from)).rejects.toMatchObject({
    type: 'forbidden',
    message: 'This needs the role viewer or editor or admin',
  });
  expect(await call(null, from)).toMatchObject({ statusCode: 200 });
});
