// Errors as answers, wherever in the chain they were thrown. What each error becomes is tested in handler.test.ts.
import { expect, test } from 'vitest';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import { ApiProblem } from '../../problem.ts';
import type { ApiMiddleware } from '../request/request.ts';
import { problemDetails } from './problem-details.ts';

async function refused(middleware: ApiMiddleware) {
  const logged: unknown[] = [];
  const handler = apiChain()
    .use(problemDetails({ error: (...line) => void logged.push(line) }, invocationValue('route')))
    .use(middleware)
    .handler(async () => ({ statusCode: 204 }));
  return { result: await handler(apiEvent(), lambdaContext()), logged };
}

test('what a middleware throws is a problem document; a mistake of the caller is not logged', async () => {
  const { result, logged } = await refused({
    before() {
      throw new ApiProblem('forbidden', 'This needs the role admin', { headers: { 'x-a': 'b' } });
    },
  });
  expect(result).toEqual({
    statusCode: 403,
    headers: { 'content-type': 'application/problem+json', 'x-a': 'b' },
    body: JSON.stringify({
      type: '/docs#forbidden',
      title: 'The role does not allow this',
      status: 403,
      detail: 'This needs the role admin',
    }),
  });
  expect(logged).toEqual([]);
});

test('an unexpected error is logged whole and told by its id only, also after the operation', async () => {
  const error = new Error('password=hunter2');
  const { result, logged } = await refused({
    after() {
      throw error;
    },
  });
  expect(result.statusCode).toBe(500);
  expect(result.body).toContain('"instance":"/requests/id%2F1"');
  expect(result.body).not.toContain('hunter2');
  expect(logged).toEqual([['The request could not be served', { instance: '/requests/id%2F1', error }]]);
});
