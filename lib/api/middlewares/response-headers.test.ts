// The headers of every answer.
import { expect, test } from 'vitest';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import type { ApiMiddleware, ApiResult } from '../request/request.ts';
import { responseHeaders } from './response-headers.ts';

/** Answers an error with an empty 500. */
const answered: ApiMiddleware = {
  onError(request) {
    request.response = { statusCode: 500 };
  },
};

const respond = (operation: () => Promise<ApiResult>) =>
  apiChain().use(responseHeaders()).use(answered).handler(operation)(apiEvent(), lambdaContext());

test('an answer is not stored, and its type is not guessed', async () => {
  expect(await respond(async () => ({ statusCode: 200, headers: { etag: '"1"' }, body: 'x' }))).toEqual({
    statusCode: 200,
    headers: { etag: '"1"', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    body: 'x',
  });
});

test("an operation's own header wins", async () => {
  const { headers } = await respond(async () => ({
    statusCode: 200,
    headers: { 'cache-control': 'public, max-age=300' },
  }));
  expect(headers).toEqual({ 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' });
});

test('the answer to an error has them too', async () => {
  expect(await respond(() => Promise.reject(new Error('x')))).toEqual({
    statusCode: 500,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
});
