// Which route a request is for.
import { expect, test } from 'vitest';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { Matched } from '../request/request.ts';
import { routes } from '../routes/route-table.ts';
import { matchRoute } from './match-route.ts';

const matched = invocationValue<Matched>('route');
const operation = async () => ({ status: 200 });
const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, { route, operation }]));

const handler = apiChain()
  .use(matchRoute(table, matched))
  .handler(async (_event, context) => ({ statusCode: 200, body: matched.get(context).route.operation }));

test('the route of API Gateway’s key, also with a parameter in its path', async () => {
  expect(await handler(apiEvent({ routeKey: 'GET /workflows/{id}' }), lambdaContext())).toMatchObject({
    body: 'getWorkflow',
  });
  expect(await handler(apiEvent({ routeKey: 'PUT /workflows/{id}' }), lambdaContext())).toMatchObject({
    body: 'putWorkflow',
  });
});

test('a key that the table does not have is not found', async () => {
  await expect(handler(apiEvent({ routeKey: 'GET /nothing' }), lambdaContext())).rejects.toMatchObject({
    type: 'not-found',
    message: 'This function does not serve GET /nothing',
  });
});
