// What the handler does with errors, and what must not compile.
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { apiEvent } from '../../test/support/api-event.ts';
import { CapturedLogger } from '../../test/support/captured-logger.ts';
import { lambdaContext } from '../../test/support/lambda-context.ts';
import { ApiProblem } from '../problem.ts';
import { apiHandler } from './handler.ts';
import { actionRoutes } from './routes/actions.ts';
import { authRoutes } from './routes/auth.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';

const logger = new CapturedLogger();
const event = apiEvent();

async function thrown(error: unknown) {
  const handler = apiHandler('health', healthRoutes, { getHealth: () => Promise.reject(error) }, { logger });
  const { statusCode, headers, body = '' } = await handler(event, lambdaContext());
  return { status: statusCode, headers, body: JSON.parse(body) };
}

test('a problem is returned as it is', async () => {
  const answer = await thrown(
    new ApiProblem('not-found', 'There is no x', {
      headers: { 'retry-after': '3' },
      problems: [{ code: 'c', pointer: '/p', message: 'm' }],
    }),
  );
  expect(answer).toMatchObject({
    status: 404,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
  });
  expect(answer.body).toEqual({
    type: '/docs#not-found',
    title: 'There is nothing under this address',
    status: 404,
    detail: 'There is no x',
    problems: [{ code: 'c', pointer: '/p', message: 'm' }],
  });
});

test.each([
  [new Error('password=hunter2')],
  ['a text'],
  [undefined],
  [
    new CognitoIdentityProviderServiceException({
      name: 'ResourceNotFound',
      $fault: 'client',
      $metadata: {},
      message: 'x',
    }),
  ],
])('of %s the caller learns an id only', async (error) => {
  logger.lines.length = 0;
  const { status, body } = await thrown(error);
  expect([status, body]).toEqual([
    500,
    {
      type: '/docs#internal-error',
      title: 'Something went wrong on our side',
      status: 500,
      detail: 'The request could not be served',
      instance: '/requests/id%2F1',
    },
  ]);
  expect(logger.lines.map(({ message }) => message)).toEqual(['The request could not be served']);
});

test.each([
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
  [Object.assign(new Error('x'), { name: 'ThrottlingException', $fault: 'client' })],
  [Object.assign(new Error('x'), { name: 'InternalError', $fault: 'server' })],
  [Object.assign(new Error('x'), { code: 'EPIPE' })],
  [Object.assign(new Error('x'), { code: 'ETIMEDOUT' })],
  [Object.assign(new Error('x'), { name: 'SlowDown', $fault: 'client' })],
  [Object.assign(new Error('x'), { name: 'TooManyRequestsException', $fault: 'client' })],
])('%s of a service is 503 with Retry-After', async (error) => {
  expect(await thrown(error)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
});

test('a parameter that the route does not know is refused', async () => {
  const handler = apiHandler(
    'health',
    healthRoutes,
    { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) },
    { logger },
  );
  const queryStringParameters = { lmit: '1' };
  const { statusCode, body = '' } = await handler({ ...event, queryStringParameters }, lambdaContext());
  expect([statusCode, JSON.parse(body).problems[0].pointer]).toEqual([400, '/query/lmit']);
  expect((await handler(event, lambdaContext())).statusCode).toBe(200);
});

test('a sender of deliveries may add parameters of its own to the address that it was given', async () => {
  const operations = {
    receiveWebhook: async () => ({ status: 202 as const, body: { execution_id: 'w.hook-1' } }),
    listRefusals: async () => ({ status: 200 as const, body: { items: [] } }),
  };
  const handler = apiHandler('hooks', hookRoutes, operations, { logger });
  const sent = { pathParameters: { id: 'w' }, queryStringParameters: { source: 'shop', limit: 'x' } };
  const send = (routeKey: string) => handler({ ...event, ...sent, routeKey }, lambdaContext());
  expect((await send('POST /hooks/{id}')).statusCode).toBe(202);
});

test('a route of another function is not served', async () => {
  const handler = apiHandler(
    'health',
    healthRoutes,
    { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) },
    { logger },
  );
  expect(await handler({ ...event, routeKey: 'GET /workflows' }, lambdaContext())).toMatchObject({
    statusCode: 404,
  });
});

test('without the authorizer’s context a protected route is forbidden', async () => {
  const handler = apiHandler(
    'actions',
    actionRoutes,
    { listActions: async () => ({ status: 200, body: { items: [] } }) },
    { logger },
  );
  expect(await handler({ ...event, routeKey: 'GET /actions' }, lambdaContext())).toMatchObject({
    statusCode: 403,
  });
});

test('cookies go with an answer that has a body, with one that has none, and are no empty list', async () => {
  const set = ['a=1', 'b=2'];
  const other = () => Promise.reject(new Error('is not called'));
  const operations = {
    login: async ({ body: { user_id } }: { body: { user_id: string } }) => ({
      status: 200 as const,
      body: { access_token: 'a', token_type: 'Bearer' as const, expires_in: 1, user_id, roles: [] },
      cookies: user_id === 'none' ? [] : set,
    }),
    logout: async () => ({ status: 204 as const, cookies: set }),
    ...{ answerChallenge: other, forgotPassword: other, resetPassword: other },
    ...{ refresh: other, getSession: other },
  };
  const handler = apiHandler('auth', authRoutes, operations, { logger });
  const send = (path: string, body?: object) =>
    handler(
      {
        ...event,
        routeKey: `POST /auth/${path}`,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      },
      lambdaContext(),
    );
  const login = await send('login', { user_id: 'u', password: 'p' });
  expect(login).toMatchObject({
    statusCode: 200,
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json' },
  });
  expect(JSON.parse(login.body ?? '')).toMatchObject({ access_token: 'a' });
  expect(await send('logout')).toMatchObject({ statusCode: 204, cookies: ['a=1', 'b=2'] });
  expect(await send('login', { user_id: 'none', password: 'p' })).not.toHaveProperty('cookies');
});

test('a function that was not given the routes of its operations does not start', () => {
  expect(() =>
    apiHandler('health', [], { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) }),
  ).toThrow('Of getHealth the route was not given');
});

test('types follow the table', () => {
  // @ts-expect-error the operation of the table is missing
  expect(() => apiHandler('health', healthRoutes, {})).toThrow('The route getHealth has no operation here');
  // @ts-expect-error a status that the table does not have
  apiHandler('health', healthRoutes, { getHealth: async () => ({ status: 201, body: { status: 'ok' } }) });
  // @ts-expect-error a body that the table does not have
  apiHandler('health', healthRoutes, { getHealth: async () => ({ status: 200, body: { status: 'fine' } }) });
  // @ts-expect-error a function that the table does not have
  apiHandler('nothing', [], {});
});
